/**
 * Whether a charge point is the one that it says, by its security profile (white paper §2): 0 nobody asks, 1 password, 2
 * password over TLS, 3 client certificate. Lower than what is set is refused (A00.FR.002, 005); higher raises it, which
 * is how a charge point comes back from ChangeConfiguration(SecurityProfile) (A05).
 */
import { X509Certificate } from 'node:crypto';
import type { PeerCertificate } from 'node:tls';
import type { UpgradeRequest } from '@tapwatt/ocpp';
import type { Selectable } from 'kysely';
import { audit } from '../core/audit.js';
import type { Core } from '../core/core.js';
import type { KnockReason } from '../core/model.js';
import { verifyPassword } from '../core/stations/passwords.js';
import { switchPassword } from '../core/stations/rotation.js';
import type { StationTable } from '../store/schema.js';

type Station = Selectable<StationTable>;

/** The profile that the connection itself has proven. */
export type Proof = { kind: 'proven'; profile: 0 | 1 | 2 | 3 } | { kind: 'refuse'; reason: KnockReason };

export async function proveIdentity(core: Core, station: Station, request: UpgradeRequest): Promise<Proof> {
  const required = station.security_profile;
  if (required >= 2 && !request.secure) return { kind: 'refuse', reason: 'security-profile' };
  const certificate = request.tlsClientCertificate;
  if (certificate !== undefined && (await belongs(core, station, certificate))) return { kind: 'proven', profile: 3 };
  if (required === 3)
    return { kind: 'refuse', reason: certificate === undefined ? 'certificate-required' : 'certificate-wrong' };
  if (required === 0 && station.password_hash === null && station.next_password_hash === null)
    return { kind: 'proven', profile: 0 };
  if (request.basicAuth === undefined)
    // A key that a charge point without one was offered, and may not have taken.
    return required === 0 ? { kind: 'proven', profile: 0 } : { kind: 'refuse', reason: 'password-required' };
  const right = request.basicAuth.user === station.id && (await isPassword(core, station, request.basicAuth.password));
  if (!right) return { kind: 'refuse', reason: 'password-wrong' };
  return { kind: 'proven', profile: request.secure ? 2 : 1 };
}

/** The password, or the one that was sent as a new AuthorizationKey without an answer: used, it is the password. */
async function isPassword(core: Core, station: Station, given: Buffer): Promise<boolean> {
  if (station.password_hash !== null && (await verifyPassword(station.password_hash, given))) return true;
  if (station.next_password_hash === null || !(await verifyPassword(station.next_password_hash, given))) return false;
  await core.store.write((db) => switchPassword(db, station.id, core.nowMs()));
  return true;
}

/**
 * Node has verified the chain. A certificate of the local authority belongs to whom it was issued; one of another
 * authority to the charge point whose id or serial number is its common name (A00.FR.405).
 */
async function belongs(core: Core, station: Station, certificate: PeerCertificate): Promise<boolean> {
  const serialNumber = certificate.serialNumber.toLowerCase().replace(/^0+/, '');
  const issued = await core.store.read
    .selectFrom('certificate')
    .select(['station_id', 'pem'])
    .where('serial_number', '=', serialNumber)
    .executeTakeFirst();
  if (issued !== undefined && new X509Certificate(issued.pem).raw.equals(certificate.raw))
    return issued.station_id === station.id;
  const name: unknown = certificate.subject.CN;
  return typeof name === 'string' && (name === station.id || name === station.serial_number);
}

/** The charge point has come by a higher profile than it was known with: from now on no lower one. */
export async function raiseProfile(core: Core, station: Station, profile: Station['security_profile']): Promise<void> {
  await core.store.write(async (db) => {
    await db.updateTable('station').set({ security_profile: profile }).where('id', '=', station.id).execute();
    const details = { from: station.security_profile, to: profile };
    const action = 'station.security-profile';
    await audit(db, { atMs: core.nowMs(), actor: 'system', action, subject: station.id, details });
  });
}
