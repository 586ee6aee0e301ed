import type { Kysely } from 'kysely';
import type { Database } from '../store/schema.js';
import type { Core } from './core.js';
import type { CsmsEvent } from './events.js';

/**
 * Writes a change together with what is owed to other servers for it (webhooks), then announces it: a process that is
 * killed at any instant has either done both or nothing. `work` runs inside a write transaction and names its events
 * with `announce`; they are published in this order after the commit.
 * @param committed what must be true before anybody hears of it (the sessions in memory)
 */
export async function commit<T>(
  core: Pick<Core, 'store' | 'events' | 'outbox'>,
  work: (db: Kysely<Database>, announce: (event: CsmsEvent) => void) => Promise<T>,
  committed?: (value: T) => Promise<void> | void,
): Promise<T> {
  const { value, events } = await core.store.write(async (db) => {
    const events: CsmsEvent[] = [];
    const value = await work(db, (event) => void events.push(event));
    if (events.length > 0) await core.outbox.keep(db, events);
    return { value, events };
  });
  await committed?.(value);
  for (const event of events) core.events.publish(event);
  return value;
}
