import type { Kysely, Selectable } from 'kysely';
import { parseJson } from '../../store/json.js';
import type { Database, KnockTable } from '../../store/schema.js';
import type { Knock, KnockReason } from '../model.js';

const HINTS: Record<KnockReason, string> = {
  'malformed-url': 'The URL must be ws://host:port/ocpp/{charge point id}.',
  'invalid-identity': 'A charge point id has 1 to 48 characters of A-Z a-z 0-9 * - _ = : + | @ .',
  'no-common-subprotocol': 'Set the charge point to OCPP 1.6 JSON (subprotocol ocpp1.6).',
  'unknown-station': 'Accept it here, or register it with PUT /charge-points/{id}.',
  blocked: 'It was blocked here; set its admission to accepted to let it in.',
  'password-required': 'Set the Basic-auth password (AuthorizationKey) in the charge point.',
  'password-wrong': 'The password in the charge point is not the one that is set here; set one of them anew.',
  'security-profile':
    'Its security profile here demands TLS (wss://); set a lower securityProfile here to let it in without.',
  'certificate-required': 'Its security profile 3 demands a client certificate that this server can verify.',
  'certificate-wrong': 'Its certificate is not the one of this charge point.',
  'already-connected': 'A charge point with this id is connected and alive; two must not share an id.',
};

export function toKnock(row: Selectable<KnockTable>): Knock {
  const reason = row.reason as KnockReason;
  return {
    id: row.id,
    chargePointId: row.station_id,
    remoteAddress: row.remote_address,
    subprotocols: parseJson<string[]>(row.subprotocols),
    credentialsGiven: row.credentials_given === 1,
    reason,
    hint: HINTS[reason],
    count: row.count,
    firstSeenAtMs: row.first_seen_at_ms,
    lastSeenAtMs: row.last_seen_at_ms,
  };
}

export interface NewKnock {
  stationId: string;
  remoteAddress: string;
  subprotocols: readonly string[];
  credentialsGiven: boolean;
  reason: KnockReason;
  atMs: number;
}

/** Different knocks that are kept; strangers must not fill the disk. */
const KEPT = 1000;

/** Counts a refused connection. Inside a write transaction. */
export async function rememberKnock(db: Kysely<Database>, knock: NewKnock): Promise<Knock> {
  const seen = {
    subprotocols: JSON.stringify(knock.subprotocols.slice(0, 10).map((name) => name.slice(0, 50))),
    credentials_given: knock.credentialsGiven ? 1 : 0,
    last_seen_at_ms: knock.atMs,
  } as const;
  const row = await db
    .insertInto('knock')
    .values({
      ...seen,
      station_id: knock.stationId.slice(0, 100),
      remote_address: knock.remoteAddress,
      reason: knock.reason,
      count: 1,
      first_seen_at_ms: knock.atMs,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['station_id', 'remote_address', 'reason'])
        .doUpdateSet((set) => ({ ...seen, count: set('knock.count', '+', 1) })),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
  if (row.count === 1) await forgetOldest(db);
  return toKnock(row);
}

async function forgetOldest(db: Kysely<Database>): Promise<void> {
  const surplus = await db
    .selectFrom('knock')
    .select('id')
    .orderBy('last_seen_at_ms', 'desc')
    .limit(100)
    .offset(KEPT)
    .execute();
  if (surplus.length === 0) return;
  await db
    .deleteFrom('knock')
    .where(
      'id',
      'in',
      surplus.map((row) => row.id),
    )
    .execute();
}
