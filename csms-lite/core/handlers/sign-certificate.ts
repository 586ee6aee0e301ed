import { requiredText } from '../payload.js';
import type { Handler } from './handler.js';

/**
 * SignCertificate.req (security white paper §5.16). Signed by the local authority at once: Accepted, and the
 * certificate follows as CertificateSigned.req after this answer (A02.FR.11). What cannot be signed is Rejected.
 */
export const signCertificate: Handler = async ({ core, stationId, receivedAtMs, payload }) => {
  const accepted = await core.certificates.request(stationId, requiredText(payload, 'csr'), receivedAtMs);
  if (accepted)
    core.background.run(
      () => new Promise<void>((resolve) => setImmediate(resolve)).then(() => core.certificates.deliver(stationId)),
      'sending a signed certificate',
    );
  return { status: accepted ? 'Accepted' : 'Rejected' };
};
