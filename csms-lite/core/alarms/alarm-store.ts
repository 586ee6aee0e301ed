import type { Kysely, Selectable } from 'kysely';
import type { Database } from '../../store/schema.js';
import type { AlarmTable } from '../../store/schema-alarms.js';
import type { Alarm } from '../model.js';
import type { Verdict } from './judge.js';
import type { AlarmSubject } from './observe.js';
import { type AlarmRuleName, type AlarmUnit, isRuleName, ruleOf } from './rules.js';

type AlarmRow = Selectable<AlarmTable>;

/** Null for a rule that a newer version had. */
export function toAlarm(row: AlarmRow): Alarm | null {
  if (!isRuleName(row.rule)) return null;
  const { title, severity, next } = ruleOf(row.rule);
  return {
    id: row.id,
    rule: row.rule,
    title,
    severity,
    subject: row.subject,
    chargePointId: row.station_id,
    connectorId: row.connector_id,
    what: row.what,
    next,
    figure: row.figure,
    threshold: row.threshold,
    unit: row.unit as AlarmUnit,
    sinceMs: row.since_ms,
    raisedAtMs: row.raised_at_ms,
    clearedAtMs: row.cleared_at_ms,
    acknowledgedAtMs: row.acknowledged_at_ms,
    acknowledgedBy: row.acknowledged_by,
    note: row.note,
  };
}

/** A row that the code has just written is one it can read. */
export function knownAlarm(row: AlarmRow): Alarm {
  const alarm = toAlarm(row);
  if (alarm === null) throw new Error(`alarm ${row.id} has the unknown rule ${row.rule}`);
  return alarm;
}

/** @returns null when one is open already */
export async function insertAlarm(
  db: Kysely<Database>,
  rule: AlarmRuleName,
  subject: AlarmSubject,
  raise: Extract<Verdict, { t: 'raise' }>,
  atMs: number,
): Promise<AlarmRow | null> {
  const open = await openAlarm(db, rule, subject.key);
  if (open !== null) return null;
  return await db
    .insertInto('alarm')
    .values({
      rule,
      subject: subject.key,
      station_id: subject.chargePointId,
      connector_id: subject.connectorId,
      what: raise.what,
      figure: raise.figure,
      threshold: raise.threshold,
      unit: raise.unit,
      since_ms: raise.sinceMs,
      raised_at_ms: atMs,
      cleared_at_ms: null,
      acknowledged_at_ms: null,
      acknowledged_by: null,
      note: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

async function openAlarm(db: Kysely<Database>, rule: string, subject: string): Promise<AlarmRow | null> {
  const row = await db
    .selectFrom('alarm')
    .selectAll()
    .where('rule', '=', rule)
    .where('subject', '=', subject)
    .where('cleared_at_ms', 'is', null)
    .executeTakeFirst();
  return row ?? null;
}

/** @returns null when none is open */
export async function clearAlarm(
  db: Kysely<Database>,
  rule: AlarmRuleName,
  subject: string,
  atMs: number,
): Promise<AlarmRow | null> {
  const row = await db
    .updateTable('alarm')
    .set({ cleared_at_ms: atMs })
    .where('rule', '=', rule)
    .where('subject', '=', subject)
    .where('cleared_at_ms', 'is', null)
    .returningAll()
    .executeTakeFirst();
  return row ?? null;
}

export async function openAlarms(db: Kysely<Database>): Promise<Alarm[]> {
  const rows = await db.selectFrom('alarm').selectAll().where('cleared_at_ms', 'is', null).execute();
  return rows.map(toAlarm).filter((alarm) => alarm !== null);
}
