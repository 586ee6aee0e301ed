import type { DomainEvent } from '../../../threads/messages.js';
import type { Db } from '../database.js';
import type { EventRing } from '../stores.js';

export interface FlushableRing extends EventRing {
  /** Writes what is waiting, in one commit. */
  flush(): void;
}

const KEPT = 1000;

/** An event is no record: it is not worth an fsync of its own. See `Journal.maintain` for when groups are written. */
export function createEventRing(db: Db): FlushableRing {
  const insert = db.prepare<[string]>('INSERT INTO events (event) VALUES (?)');
  const trim = db.prepare<[number]>('DELETE FROM events WHERE id <= (SELECT max(id) FROM events) - ?');
  const newest = db.prepare<[number], { event: string }>('SELECT event FROM events ORDER BY id DESC LIMIT ?');
  let waiting: DomainEvent[] = [];

  function flush(): void {
    if (waiting.length === 0) return;
    db.transaction(() => {
      for (const event of waiting) insert.run(JSON.stringify(event));
      trim.run(KEPT);
    }).immediate();
    waiting = [];
  }

  return {
    add(event) {
      waiting.push(event);
      // On a full disk the group cannot be written: the oldest go.
      if (waiting.length > KEPT) waiting.splice(0, waiting.length - KEPT);
    },
    list(limit) {
      const stored = newest
        .all(limit)
        .map((row) => JSON.parse(row.event) as DomainEvent)
        .reverse();
      return [...stored, ...waiting].slice(-limit);
    },
    flush,
  };
}
