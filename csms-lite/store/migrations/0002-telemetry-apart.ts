import { type Kysely, type Migration, type RawBuilder, sql } from 'kysely';
import type { Columns } from '../dialect.js';

/**
 * Databases of the first days had meter samples and messages in the same file as the sessions. The telemetry file's
 * migration copies them, in one transaction of that file; only after its commit does the sessions file's migration
 * drop them. A power cut in between loses nothing and copies nothing twice.
 */
const TABLES = ['meter_sample', 'meter_inbox', 'ocpp_message'] as const;

const KIND = ['measurand', 'phase', 'location', 'context', 'format', 'unit', 'raw_unit'];
const SAMPLE = ['station_id', 'connector_id', 'tx_id', 'at_ms', 'received_at_ms', 'value', 'raw_value'];
const MESSAGE = ['station_id', 'direction', 'at_ms', 'kind', 'message_id', 'action', 'latency_ms', 'text'];

const list = (names: readonly string[], of?: string): RawBuilder<unknown> =>
  sql.join(names.map((name) => sql.ref(of === undefined ? name : `${of}.${name}`)));

/** Of the telemetry file. The sessions file is attached as `columns.sessions`. */
export function adoptTelemetry({ sessions, tablesOf }: Columns): Migration {
  return {
    async up(db: Kysely<never>): Promise<void> {
      const present = await tablesOf(db, sessions);
      const hasKinds = (await tablesOf(db, 'main')).includes('meter_kind');
      for (const table of ['meter_sample', 'meter_inbox'] as const) {
        if (!present.includes(table)) continue;
        const from = sql.table(`${sessions}.${table}`);
        await (hasKinds ? copyByKind(db, from) : copyWhole(db, from));
      }
      if (present.includes('ocpp_message'))
        await sql`insert into main.ocpp_message (${list(MESSAGE)})
          select ${list(MESSAGE)} from ${sql.table(`${sessions}.ocpp_message`)} order by id`.execute(db);
    },
  };
}

/** Where a sample still names its measurand, phase and so on itself. */
async function copyWhole(db: Kysely<never>, from: RawBuilder<unknown>): Promise<void> {
  const names = [...SAMPLE, ...KIND];
  await sql`insert into main.meter_sample (${list(names)}) select ${list(names)} from ${from} order by id`.execute(db);
}

/** Where a sample names a kind by number. */
async function copyByKind(db: Kysely<never>, from: RawBuilder<unknown>): Promise<void> {
  const same = sql.join(
    KIND.map((name) => sql`${sql.ref(`k.${name}`)} is ${sql.ref(`s.${name}`)}`),
    sql` and `,
  );
  await sql`insert into main.meter_kind (${list(KIND)}) select distinct ${list(KIND, 's')} from ${from} s
    where not exists (select 1 from main.meter_kind k where ${same})`.execute(db);
  await sql`insert into main.meter_sample (${list(SAMPLE)}, kind_id)
    select ${list(SAMPLE, 's')}, k.id from ${from} s join main.meter_kind k on ${same} order by s.id`.execute(db);
}

/** Of the sessions file. */
export function telemetryApart({ tablesOf }: Columns): Migration {
  return {
    async up(db: Kysely<never>): Promise<void> {
      const present = await tablesOf(db, 'main');
      await db.schema.dropView('meter_reading').ifExists().execute();
      for (const table of TABLES) if (present.includes(table)) await db.schema.dropTable(table).execute();
    },
  };
}
