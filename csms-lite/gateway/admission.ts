import type { Admission, UpgradeRequest } from '@tapwatt/ocpp';
import type { Selectable } from 'kysely';
import type { UpgradeLimits } from '../core/access/upgrade-limits.js';
import { commit } from '../core/commit.js';
import type { Core } from '../core/core.js';
import { rememberKnock } from '../core/knocks/knock-store.js';
import type { KnockReason, Verdict } from '../core/model.js';
import type { TrustedProxies } from '../core/proxies.js';
import { IDENTITY } from '../core/stations/identity.js';
import { NEW_STATION_VERDICT, registerStation } from '../core/stations/station-service.js';
import type { StationTable } from '../store/schema.js';
import { proveIdentity, raiseProfile } from './identity-proof.js';
import { isAlive } from './takeover.js';

export interface AdmissionContext {
  /** Came with the right password. */
  authenticated: boolean;
  /** What happens to its messages that break the schema. */
  verdict: Verdict;
  /** How the charge point reached us. */
  origin: string;
  /** Its own, also behind a trusted proxy. */
  remoteAddress: string;
}

export interface AdmissionOptions {
  pingIntervalS: number;
  callTimeoutMs: number;
  limits: UpgradeLimits;
  proxies: TrustedProxies;
}

type Station = Selectable<StationTable>;
type Judgement =
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
  'security-profile': { httpStatus: 403, reason: 'not by this way' },
  'certificate-required': { httpStatus: 401, reason: 'certificate required' },
  'certificate-wrong': { httpStatus: 401, reason: 'wrong certificate' },
  'already-connected': { httpStatus: 409, reason: 'this charge point is connected' },
};

/** Decides whether a charge point is let in. Whoever is not is kept as a knock. */
export async function admit(
  core: Core,
  asked: UpgradeRequest,
  options: AdmissionOptions,
): Promise<Admission<AdmissionContext>> {
  const request = { ...asked, ...options.proxies.origin(asked.remoteAddress, asked.secure, asked.request.headers) };
  const { remoteAddress, identity } = request;
  if (!options.limits.admits(remoteAddress, identity))
    return { accept: false, httpStatus: 429, reason: 'too many attempts', headers: { 'Retry-After': '10' } };
  const judged = await judge(core, request, options);
  if (judged.kind === 'refuse') {
    // A charge point that its own dead socket keeps out for a moment is no guesser.
    if (judged.reason !== 'already-connected') options.limits.refused(remoteAddress, identity);
    await keepKnock(core, request, judged.reason);
    return { accept: false, ...REFUSALS[judged.reason] };
  }
  const { station, authenticated } = judged;
  const verdict = station?.verdict ?? NEW_STATION_VERDICT;
  const host = request.request.headers.host ?? 'localhost';
  const origin = `${request.secure ? 'https' : 'http'}://${host}`;
  const context = { authenticated, verdict, origin, remoteAddress };
  const settings = { pingIntervalS: options.pingIntervalS, callTimeoutMs: options.callTimeoutMs };
  const noneOffered = request.offeredProtocols.length === 0;
  if (request.proposedVersion === null && !(noneOffered && verdict !== 'strict')) {
    await keepKnock(core, request, 'no-common-subprotocol');
    // The server completes the handshake without a subprotocol and closes (OCPP-J §3.2).
    return { accept: true, context, ...settings };
  }
  if (station === undefined) await core.store.write((db) => registerStation(db, request.identity, core.nowMs()));
  return {
    accept: true,
    context,
    ...settings,
    verdict,
    ...(request.proposedVersion === null ? { version: '1.6' } : {}),
  };
}

async function judge(core: Core, request: UpgradeRequest, options: AdmissionOptions): Promise<Judgement> {
  if (!IDENTITY.test(request.identity)) return { kind: 'refuse', reason: 'invalid-identity' };
  const station = await core.store.read
    .selectFrom('station')
    .selectAll()
    .where('id', '=', request.identity)
    .executeTakeFirst();
  if (station === undefined && !core.settings.get().acceptUnknownStations)
    return { kind: 'refuse', reason: 'unknown-station' };
  if (station?.admission === 'blocked') return { kind: 'refuse', reason: 'blocked' };
  if (station !== undefined) {
    const proof = await proveIdentity(core, station, request);
    if (proof.kind === 'refuse') return proof;
    if (proof.profile > 0) {
      if (proof.profile > station.security_profile) await raiseProfile(core, station, proof.profile);
      return { kind: 'admit', station, authenticated: true };
    }
  }
  const present = core.links.get(request.identity);
  if (present !== null && (await isAlive(present, options.pingIntervalS)))
    return { kind: 'refuse', reason: 'already-connected' };
  return { kind: 'admit', station, authenticated: false };
}

async function keepKnock(core: Core, request: UpgradeRequest, reason: KnockReason): Promise<void> {
  await commit(core, async (db, announce) => {
    const knock = await rememberKnock(db, {
      stationId: request.identity,
      remoteAddress: request.remoteAddress,
      subprotocols: request.offeredProtocols,
      credentialsGiven: request.basicAuth !== undefined,
      reason,
      atMs: core.nowMs(),
    });
    announce({ type: 'knock', knock });
  });
}
