import type { Kysely } from 'kysely';
import { parseJson } from '../../store/json.js';
import type { Database } from '../../store/schema.js';
import { audit } from '../audit.js';
import { commit } from '../commit.js';
import type { Core } from '../core.js';
import { ServiceError } from '../errors.js';
import type { Transaction } from '../model.js';
import { pageOf } from '../paging.js';
import type { TransactionService } from '../services.js';
import { closeProvisionally } from './close.js';
import { exportSessions } from './export.js';
import { restore } from './session-index.js';
import { listSessions } from './session-list.js';
import { stoppedEvent, type TxRow, toTransaction } from './view.js';

/** OCPP 1.6 §7.36, Reason. */
const REASONS: ReadonlyMap<string, string> = new Map(
  [
    'DeAuthorized',
    'EmergencyStop',
    'EVDisconnected',
    'HardReset',
    'Local',
    'Other',
    'PowerLoss',
    'Reboot',
    'Remote',
    'SoftReset',
    'UnlockCommand',
  ].map((reason) => [reason.toLowerCase(), reason]),
);

/** All that a reading says but when it came. */
const READING = [
  'at_ms',
  'measurand',
  'phase',
  'location',
  'context',
  'format',
  'value',
  'unit',
  'raw_value',
  'raw_unit',
] as const;

export function createTransactionService(core: Core): TransactionService {
  const read = core.store.read;

  const view = async (row: TxRow): Promise<Transaction> => {
    const session = core.sessions.peek(row.station_id, row.id) ?? (await restore(core.store, row));
    return toTransaction(row, { energyWh: session.register.energyWh, live: session.live });
  };

  const row = async (id: number): Promise<TxRow> => {
    const found = await read.selectFrom('tx').selectAll().where('id', '=', id).executeTakeFirst();
    if (found === undefined)
      throw new ServiceError(
        'transaction_not_found',
        `There is no transaction ${id}.`,
        'GET /transactions lists them.',
      );
    return found;
  };

  return {
    async list(filter) {
      const { limit, offset } = pageOf(filter);
      const { rows, total } = await listSessions(read, filter ?? {}, limit, offset);
      // A completed session says all there is in its row; only running ones are looked into.
      const items = await Promise.all(
        rows.map((one) => (one.state === 'active' ? view(one) : toTransaction(one, null))),
      );
      return { items, total };
    },
    get: async (id) => await view(await row(id)),
    async samples(id, options) {
      await row(id);
      // What came twice, under another message id, is one reading.
      let query = read
        .selectFrom('meter_reading')
        .select(READING)
        .select(({ fn }) => [fn.min('received_at_ms').as('received_at_ms'), fn.min('position').as('position')])
        .where('tx_id', '=', id)
        .groupBy(READING);
      if (options?.measurand !== undefined) query = query.where('measurand', '=', options.measurand);
      const rows = await query
        .orderBy('at_ms')
        .orderBy('received_at_ms')
        .orderBy('position')
        .limit(options?.limit ?? 10_000)
        .execute();
      return rows.map((sample) => ({
        atMs: sample.at_ms,
        receivedAtMs: sample.received_at_ms,
        measurand: sample.measurand,
        phase: sample.phase,
        location: sample.location,
        context: sample.context,
        format: sample.format,
        value: sample.value,
        unit: sample.unit,
        rawValue: sample.raw_value,
        rawUnit: sample.raw_unit,
      }));
    },
    export: (filter) => exportSessions(core, filter),
    async events(id) {
      await row(id);
      const rows = await read.selectFrom('tx_event').selectAll().where('tx_id', '=', id).orderBy('id').execute();
      return rows.map((event) => ({
        id: event.id,
        receivedAtMs: event.received_at_ms,
        messageId: event.message_id,
        action: event.action,
        payload: parseJson<object>(event.payload),
        effect: event.effect,
      }));
    },
    async close(id, { reason: given = 'Other' }, actor) {
      // What is no word of OCPP's is Other, and is kept in the audit log as it was said.
      const reason = REASONS.get(given.toLowerCase()) ?? 'Other';
      await row(id);
      const nowMs = core.nowMs();
      const end = async (db: Kysely<Database>): Promise<TxRow> => {
        const known = await db.selectFrom('tx').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
        if (known.state !== 'active')
          throw new ServiceError(
            'transaction_not_active',
            `Transaction ${id} has ended already.`,
            'Only a running one can be closed.',
          );
        const details = { reason: given, idTag: known.id_tag, chargePointId: known.station_id };
        await audit(db, { atMs: nowMs, actor, action: 'transaction.close', subject: String(id), details });
        return await closeProvisionally(db, known, { closedBy: 'administrator', reason, atMs: nowMs });
      };
      const closed = await commit(
        core,
        async (db, announce) => {
          const ended = await end(db);
          announce(stoppedEvent(core, ended));
          return ended;
        },
        (ended) => void core.sessions.update(ended),
      );
      return await view(closed);
    },
  };
}
