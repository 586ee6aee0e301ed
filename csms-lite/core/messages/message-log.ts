import type { Core } from '../core.js';
import type { OcppMessage } from '../model.js';
import { pageOf } from '../paging.js';
import type { MessageLog } from '../services.js';

export interface MessageLogWriter extends MessageLog {
  /** Keeps a frame, soon, and shows it to the watchers, now. */
  record(message: Omit<OcppMessage, 'id'>): void;
}

export function createMessageLog(core: Pick<Core, 'store' | 'log'>): MessageLogWriter {
  const watchers = new Set<(message: OcppMessage) => void>();
  return {
    record(message) {
      // In the order of BULK_COLUMNS.ocpp_message.
      core.store.appendLater('ocpp_message', [
        message.chargePointId,
        message.direction,
        message.atMs,
        message.kind,
        message.messageId,
        message.action,
        message.latencyMs,
        message.text,
      ]);
      for (const watcher of watchers) {
        try {
          watcher({ id: 0, ...message });
        } catch (error) {
          watchers.delete(watcher);
          core.log.error({ err: error }, 'a watcher of the message log failed and was taken off');
        }
      }
    },
    watch(listener) {
      watchers.add(listener);
      return () => watchers.delete(listener);
    },
    async list(filter) {
      const { limit, offset } = pageOf(filter);
      let query = core.store.read.selectFrom('ocpp_message');
      if (filter?.chargePointId !== undefined) query = query.where('station_id', '=', filter.chargePointId);
      if (filter?.action !== undefined) query = query.where('action', '=', filter.action);
      if (filter?.messageId !== undefined) query = query.where('message_id', '=', filter.messageId);
      if (filter?.direction !== undefined) query = query.where('direction', '=', filter.direction);
      const counted = query;
      if (filter?.beforeId !== undefined) query = query.where('id', '<', filter.beforeId);
      const [rows, count] = await Promise.all([
        query.selectAll().orderBy('id', 'desc').limit(limit).offset(offset).execute(),
        counted.select((select) => select.fn.countAll().as('total')).executeTakeFirstOrThrow(),
      ]);
      const items = rows.map((row) => ({
        id: row.id,
        chargePointId: row.station_id,
        direction: row.direction,
        atMs: row.at_ms,
        kind: row.kind,
        messageId: row.message_id,
        action: row.action,
        latencyMs: row.latency_ms,
        text: row.text,
      }));
      return { items, total: Number(count.total) };
    },
  };
}
