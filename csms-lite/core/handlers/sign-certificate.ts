import { requiredText } from '../payload.js';
import type { Handler } from './handler.js';

/**
 * SignCertificate.req (security white paper §5.16). The request is kept; without a certificate authority it is
 * answered Rejected, which tells the charge point not to wait for CertificateSigned.
 */
export const signCertificate: Handler = async ({ core, stationId, receivedAtMs, payload }) => {
  const csr = requiredText(payload, 'csr');
  await core.store.write((db) =>
    db
      .insertInto('certificate_request')
      .values({ station_id: stationId, received_at_ms: receivedAtMs, csr, status: 'Rejected' })
      .execute(),
  );
  return { status: 'Rejected' };
};
