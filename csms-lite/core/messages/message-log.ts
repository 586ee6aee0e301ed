import type { Core } from '../core.js';
import type { OcppMessage } from '../model.js';
import { pageOf } from '../paging.js';
import type { MessageLog } from '../services.js';
import { searchMessages } from './message-search.js';

export interface MessageLogWriter extends MessageLog {
  /** Keeps a frame, soon, and shows it to the watchers, now. */
  record(message: Omit<OcppMessage, 'id'>): void;
}

export function createMessageLog(core: Pick<Core, 'store' | 'log'>): MessageLogWriter {
  const watchers = new Set<(message: OcppMessage) => void>();
  return {
    record(message) {
      const id = core.store.log(message);
      if (watchers.size === 0) return;
      const kept = { id, ...message };
      for (const watcher of watchers) {
        try {
          watcher(kept);
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
    list: (filter) => searchMessages(core.store.read, filter ?? {}, pageOf(filter)),
  };
}
