/**
 * Meter samples are looked up by session, so their table needs an index by session. But an index page per running
 * session would have to be written with every commit: with 200 sessions, some 800 kB for each group of messages. So
 * samples are committed into a table without an index, densely, and moved in large, sorted groups, where one index page
 * takes many rows. Both are tables of the database: nothing is at risk in between, and readers use the view over both.
 */
import { BULK_COLUMNS, type TelemetryEngine } from './dialect.js';

/** Rows after which the inbox is emptied; a reader scans at most about this many. */
export const MOVE_ROWS = 6000;
/** And this long after the first sample at the latest. */
export const MOVE_MS = 2000;

/** Moves everything that is in the inbox. Inside a transaction. */
export function moveInbox(engine: Pick<TelemetryEngine, 'run'>): void {
  const columns = BULK_COLUMNS.meter_inbox.join(', ');
  engine.run(`insert into meter_sample (${columns}) select ${columns} from meter_inbox order by tx_id, at_ms, id`);
  engine.run('delete from meter_inbox');
}
