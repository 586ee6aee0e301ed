/**
 * Meter samples are looked up by session, so their table needs an index by session. But an index page per running
 * session would have to be written with every commit: with 200 sessions, some 800 kB for each group of messages. So
 * samples are committed into a table without an index, densely, and moved in large, sorted groups, where one index page
 * takes many rows. Both are tables of the database: nothing is at risk in between, and readers use the view over both.
 */
import { type Kysely, sql } from 'kysely';
import { BULK_COLUMNS } from './dialect.js';
import type { Database } from './schema.js';

/** Rows after which the inbox is emptied; a reader scans at most about this many. */
const MOVE_ROWS = 6000;
/** And this long after the first sample at the latest. */
const MOVE_MS = 2000;

/** Moves everything that is in the inbox. Inside a write transaction. */
export async function moveInbox(db: Kysely<Database>): Promise<void> {
  const columns = sql.raw(BULK_COLUMNS.meter_inbox.join(', '));
  await sql`insert into meter_sample (${columns}) select ${columns} from meter_inbox order by tx_id, at_ms, id`.execute(
    db,
  );
  await sql`delete from meter_inbox`.execute(db);
}

export interface InboxTracker {
  /** Whether the next group should move it. */
  isDue(): boolean;
  added(rows: number): void;
  moved(): void;
  stop(): void;
}

/** Knows when it is time. Rows of an earlier process are moved with the first ones of this. @param wake asks for a group */
export function trackInbox(wake: () => void): InboxTracker {
  let rows = 0;
  let timeIsUp = false;
  let timer: NodeJS.Timeout | null = null;
  const clear = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
  return {
    isDue: () => rows >= MOVE_ROWS || (timeIsUp && rows > 0),
    added(count) {
      rows += count;
      timer ??= setTimeout(() => {
        timeIsUp = true;
        wake();
      }, MOVE_MS);
    },
    moved() {
      rows = 0;
      timeIsUp = false;
      clear();
    },
    stop: clear,
  };
}
