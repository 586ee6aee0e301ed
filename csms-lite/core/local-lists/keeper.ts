import type { Core } from '../core.js';
import { ServiceError } from '../errors.js';
import type { LocalListService } from './local-list-service.js';

/** Changes of tags that come together (an import) are one. */
const SETTLE_MS = 2000;

/**
 * Where the setting `keepLocalLists` is on: local lists follow the tags, and a charge point that boots is looked at.
 * A charge point that has no local list, or refuses, is left alone until the next occasion.
 */
export interface ListKeeper {
  booted(stationId: string): void;
  close(): void;
}

export function createListKeeper(core: Core, lists: LocalListService): ListKeeper {
  let timer: NodeJS.Timeout | null = null;
  /** null: all that are connected. */
  let due: Set<string> | null = new Set();

  const run = (): void => {
    timer = null;
    const ids = due === null ? [...core.links.all()].map(({ stationId }) => stationId) : [...due];
    due = new Set();
    for (const id of ids)
      core.background.run(async () => {
        try {
          const result = await lists.sync(id, 'system');
          if (result.outcome === 'refused')
            core.log.warn({ chargePointId: id, ...result }, 'a charge point did not take its local list');
        } catch (error) {
          // It went away, or was removed: its next boot brings it up again.
          if (!(error instanceof ServiceError)) throw error;
        }
      }, `updating the local list of ${id}`);
  };

  const occasion = (stationId: string | null): void => {
    if (!core.settings.get().keepLocalLists) return;
    if (stationId === null) due = null;
    else due?.add(stationId);
    timer ??= setTimeout(run, SETTLE_MS).unref();
  };

  const subscription = core.events.subscribe(({ event }) => {
    if (event.type === 'tag.updated' || event.type === 'tag.removed') occasion(null);
  });
  return {
    booted: occasion,
    close() {
      subscription.unsubscribe();
      if (timer !== null) clearTimeout(timer);
    },
  };
}
