import type { Kysely, Selectable } from 'kysely';
import { parseJson, parseNullableJson } from '../../store/json.js';
import type { CommandTable, Database } from '../../store/schema.js';
import type { Command, CommandError } from '../model.js';

export type CommandRow = Selectable<CommandTable>;

export function toCommand(row: CommandRow): Command {
  return {
    id: row.id,
    chargePointId: row.station_id,
    name: row.name,
    action: row.action,
    request: parseJson<object>(row.request),
    status: row.status,
    response: parseNullableJson<object>(row.response),
    error: parseNullableJson<CommandError>(row.error),
    createdAtMs: row.created_at_ms,
    sentAtMs: row.sent_at_ms,
    completedAtMs: row.completed_at_ms,
    lateAnswerAtMs: row.late_answer_at_ms,
    transactionId: row.tx_id,
    reservationId: row.reservation_id,
  };
}

/** null when there is none. */
export async function findCommand(db: Kysely<Database>, id: string): Promise<Command | null> {
  const row = await db.selectFrom('command').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : toCommand(row);
}

/** Commands of a process that ended: nobody waits for their answers any more. To be run at start. */
export async function failInterrupted(db: Kysely<Database>, nowMs: number): Promise<void> {
  const error: CommandError = {
    code: 'Interrupted',
    description: 'csms-lite was restarted before the answer came; the charge point may have carried it out.',
  };
  await db
    .updateTable('command')
    .set({ status: 'failed', error: JSON.stringify(error), completed_at_ms: nowMs })
    .where('status', '=', 'pending')
    .execute();
}

/** A password is not kept in the history. */
export function redacted(action: string, payload: object): object {
  const { key } = payload as { key?: unknown };
  if (action !== 'ChangeConfiguration' || typeof key !== 'string' || key.toLowerCase() !== 'authorizationkey')
    return payload;
  return { ...payload, value: '***' };
}
