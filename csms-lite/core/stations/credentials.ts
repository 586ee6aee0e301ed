import { randomBytes } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { StationTable } from '../../store/schema.js';
import { ServiceError } from '../errors.js';
import type { StationUpdate } from '../model.js';
import { IDENTITY } from './identity.js';
import { hashPassword } from './passwords.js';

/** A key as every charge point can take it: 20 random bytes as 40 hexadecimal digits (white paper A00.FR.205). */
export function generateKey(): string {
  return randomBytes(20).toString('hex').toUpperCase();
}

interface Credentials {
  columns: Partial<Pick<StationTable, 'password_hash' | 'next_password_hash' | 'security_profile'>>;
  /** A key that was made here; it is shown once and kept as a hash only. */
  generated: string | null;
}

/**
 * Password and security profile of a charge point after an update. Profile 0 is never slipped into: it is asked for, by
 * `securityProfile: 0`, by taking the password away, or by the setting `unsecuredStations`. Where a profile needs a
 * password and there is none, one is made.
 * @param known the station as it is; undefined when it is new
 */
export async function credentialsOf(
  update: StationUpdate,
  known: Selectable<StationTable> | undefined,
  unsecuredStations: boolean,
): Promise<Credentials> {
  const { password, securityProfile } = update;
  const keyless = known !== undefined && known.password_hash === null && [1, 2].includes(known.security_profile);
  // One that was blocked before it was ever let in has no key yet.
  const needsKey = keyless && update.admission === 'accepted';
  if (known !== undefined && password === undefined && securityProfile === undefined && !needsKey)
    return { columns: {}, generated: null };
  const before = known?.security_profile ?? (unsecuredStations ? 0 : 1);
  const profile = securityProfile ?? profileFor(password, before);
  if (profile === 0 || (password === null && profile === 3))
    return { columns: { security_profile: profile, password_hash: null, next_password_hash: null }, generated: null };
  // A stranger who is kept out gets no key.
  if (update.admission === 'blocked' && known === undefined && password == null)
    return { columns: { security_profile: profile }, generated: null };
  const kept = password === undefined ? (known?.password_hash ?? null) : null;
  if (kept !== null || (profile === 3 && password === undefined))
    return { columns: { security_profile: profile }, generated: null };
  const chosen = password ?? generateKey();
  return {
    columns: { security_profile: profile, password_hash: await hashPassword(chosen), next_password_hash: null },
    generated: password == null ? chosen : null,
  };
}

/** A password makes it profile 1 at least; taking it away is choosing profile 0, unless certificates are asked for. */
function profileFor(password: string | null | undefined, before: 0 | 1 | 2 | 3): 0 | 1 | 2 | 3 {
  if (password === undefined || before === 3) return before;
  if (password === null) return 0;
  return before === 0 ? 1 : before;
}

/** @throws ServiceError invalid_request */
export function check(id: string, { password, securityProfile }: StationUpdate): void {
  if (!IDENTITY.test(id))
    throw new ServiceError(
      'invalid_request',
      `${JSON.stringify(id)} is no charge point id.`,
      'It has 1 to 48 characters of A-Z a-z 0-9 * - _ = : + | @ .',
    );
  if (password != null && (password === '' || Buffer.byteLength(password) > 128))
    throw new ServiceError(
      'invalid_request',
      'A password has 1 to 128 bytes.',
      'Charge points take 16 to 40 characters.',
    );
  if (password != null && securityProfile === 0)
    throw new ServiceError(
      'invalid_request',
      'Security profile 0 has no password.',
      'Leave the password away, or choose profile 1 (2 with TLS).',
    );
}
