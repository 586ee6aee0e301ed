import type { Admission, UpgradeRequest } from '@tapwatt/ocpp';
import type { Selectable } from 'kysely';
import type { UpgradeLimits } from '../core/access/upgrade-limits.js';
import type { Core } from '../core/core.js';
import { rememberKnock } from '../core/knocks/knock-store.js';
import type { KnockReason } from '../core/model.js';
import { IDENTITY } from '../core/stations/identity.js';
import { verifyPassword } from '../core/stations/passwords.js';
import { registerStation } from '../core/stations/station-service.js';
import type { StationTable } from '../store/schema.js';
import { isAlive } from './takeover.js';

export interface AdmissionContext {
  /** Came with the right password. */
  authenticated: boolean;
}

export interface AdmissionOptions {
  pingIntervalS: number;
  callTimeoutMs: number;
  limits: UpgradeLimits;
}

type Station = Selectable<StationTable>;
type Verdict =
  | { kind: 'admit'; station: Station | undefined; authenticated: boolean }
  | { kind: 'refuse'; reason: KnockReason };

/** HTTP status and text per reason. A stranger learns no more than a charge point needs (OCPP-J §3.2: 404 unknown, 401). */
const REFUSALS: Record<KnockReason, { httpStatus: number; reason: string }> = {
  'malformed-url': { httpStatus: 400, reason: 'the URL cannot be read' },
  'invalid-identity': { httpStatus: 404, reason: 'not a charge point id' },
  'no-common-subprotocol': { httpStatus: 400, reason: 'no OCPP version in common' },
  'unknown-station': { httpStatus: 404, reason: 'unknown charge point' },
  blocked: { httpStatus: 403, reason: 'not allowed' },
  'password-required': { httpStatus: 401, reason: 'credentials required' },
  'password-wrong': { httpStatus: 401, reason: 'wrong credentials' },
  'already-connected': { httpStatus: 409, reason: 'this charge point is connected' },
};

/** Decides whether a charge point is let in. Whoever is not is kept as a knock. */
export async function admit(
  core: Core,
  request: UpgradeRequest,
  options: AdmissionOptions,
): Promise<Admission<AdmissionContext>> {
  const { remoteAddress, identity } = request;
  if (!options.limits.admits(remoteAddress, identity))
    return { accept: false, httpStatus: 429, reason: 'too many attempts', headers: { 'Retry-After': '10' } };
  const verdict = await judge(core, request, options);
  if (verdict.kind === 'refuse') {
    // A charge point that its own dead socket keeps out for a moment is no guesser.
    if (verdict.reason !== 'already-connected') options.limits.refused(remoteAddress, identity);
    await keepKnock(core, request, verdict.reason);
    return { accept: false, ...REFUSALS[verdict.reason] };
  }
  const { station, authenticated } = verdict;
  const settings = { pingIntervalS: options.pingIntervalS, callTimeoutMs: options.callTimeoutMs };
  const noneOffered = request.offeredProtocols.length === 0;
  if (request.proposedVersion === null && !(noneOffered && station?.verdict === 'warn')) {
    await keepKnock(core, request, 'no-common-subprotocol');
    // The server completes the handshake without a subprotocol and closes (OCPP-J §3.2).
    return { accept: true, context: { authenticated }, ...settings };
  }
  if (station === undefined) await core.store.write((db) => registerStation(db, request.identity, core.nowMs()));
  return {
    accept: true,
    context: { authenticated },
    ...settings,
    verdict: station?.verdict ?? 'strict',
    ...(request.proposedVersion === null ? { version: '1.6' } : {}),
  };
}

async function judge(core: Core, request: UpgradeRequest, options: AdmissionOptions): Promise<Verdict> {
  if (!IDENTITY.test(request.identity)) return { kind: 'refuse', reason: 'invalid-identity' };
  const station = await core.store.read
    .selectFrom('station')
    .selectAll()
    .where('id', '=', request.identity)
    .executeTakeFirst();
  if (station === undefined && !core.settings.get().acceptUnknownStations)
    return { kind: 'refuse', reason: 'unknown-station' };
  if (station?.admission === 'blocked') return { kind: 'refuse', reason: 'blocked' };
  const password = station?.password_hash ?? null;
  if (password !== null) {
    if (request.basicAuth === undefined) return { kind: 'refuse', reason: 'password-required' };
    const { user, password: given } = request.basicAuth;
    const right = user === request.identity && (await verifyPassword(password, given));
    return right ? { kind: 'admit', station, authenticated: true } : { kind: 'refuse', reason: 'password-wrong' };
  }
  const present = core.links.get(request.identity);
  if (present !== null && (await isAlive(present, options.pingIntervalS)))
    return { kind: 'refuse', reason: 'already-connected' };
  return { kind: 'admit', station, authenticated: false };
}

async function keepKnock(core: Core, request: UpgradeRequest, reason: KnockReason): Promise<void> {
  const knock = await core.store.write((db) =>
    rememberKnock(db, {
      stationId: request.identity,
      remoteAddress: request.remoteAddress,
      subprotocols: request.offeredProtocols,
      credentialsGiven: request.basicAuth !== undefined,
      reason,
      atMs: core.nowMs(),
    }),
  );
  core.events.publish({ type: 'knock', knock });
}
