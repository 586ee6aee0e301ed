import type { BootTimes } from '../time/rebase.js';
import { resolveTime } from '../time/rebase.js';
import type { Anchor, JournaledStamp, ResolvedTime } from '../time/types.js';
import type { Db } from './database.js';
import { decodeStamp } from './stamps.js';

/** The boots of this machine and what is known of their time. */
export interface Boots {
  /** Number of this boot. */
  readonly current: number;
  anchors(): Anchor[];
  addAnchor(anchor: Anchor): void;
  resolve(stamp: JournaledStamp): ResolvedTime;
}

interface BootRow {
  boot: number;
  first_at: string | null;
  last_at: string | null;
}

interface AnchorRow {
  boot: number;
  mono_ms: number;
  true_ms: number;
  source: 'system' | 'csms';
}

/** Enters this boot. When it is a new one, the span of those before it is written down, for good. */
export function enterBoot(db: Db, bootId: string): Boots {
  const current = db.transaction(() => enter(db, bootId)).immediate();
  const insertAnchor = db.prepare<[number, number, number, string]>(
    'INSERT INTO anchors (boot, mono_ms, true_ms, source) VALUES (?, ?, ?, ?)',
  );
  let times = readTimes(db);
  return {
    current,
    anchors: () => [...(times.find((boot) => boot.boot === current)?.anchors ?? [])],
    addAnchor(anchor) {
      insertAnchor.run(current, anchor.monotonicMs, anchor.trueMs, anchor.source);
      times = readTimes(db);
    },
    resolve: (stamp) => resolveTime(stamp, times),
  };
}

function enter(db: Db, bootId: string): number {
  const known = db.prepare<[string], { boot: number }>('SELECT boot FROM boots WHERE boot_id = ?').get(bootId);
  if (known !== undefined) return known.boot;
  writeSpans(db);
  const boot = Number(db.prepare<[string]>('INSERT INTO boots (boot_id) VALUES (?)').run(bootId).lastInsertRowid);
  prune(db);
  return boot;
}

/** Every stamp that a row has. */
const STAMPS = `WITH stamps (at) AS (
  SELECT at FROM owed UNION ALL SELECT at FROM samples UNION ALL SELECT at FROM dead_letters
  UNION ALL SELECT started_at FROM transactions UNION ALL SELECT last_at FROM transactions)`;

/** First and last stamp of each boot that has none yet, from whatever rows there are. */
function writeSpans(db: Db): void {
  const rows = db
    .prepare<[], { boot: number; at: string }>(
      `${STAMPS}
       SELECT json_extract(at, '$[2]') AS boot, at FROM stamps
       WHERE json_extract(at, '$[2]') IN (SELECT boot FROM boots WHERE last_at IS NULL)
       ORDER BY 1, json_extract(at, '$[1]')`,
    )
    .all();
  const firsts = new Map<number, string>();
  const lasts = new Map<number, string>();
  for (const row of rows) {
    if (!firsts.has(row.boot)) firsts.set(row.boot, row.at);
    lasts.set(row.boot, row.at);
  }
  const update = db.prepare<[string, string, number]>('UPDATE boots SET first_at = ?, last_at = ? WHERE boot = ?');
  for (const [boot, first] of firsts) update.run(first, lasts.get(boot) ?? first, boot);
}

/** Forgets boots that no row points to, except the last 200: their times bound those of their neighbours. */
function prune(db: Db): void {
  const old = `boot < (SELECT max(boot) - 200 FROM boots)
    AND boot NOT IN (${STAMPS} SELECT json_extract(at, '$[2]') FROM stamps)`;
  db.prepare(`DELETE FROM anchors WHERE ${old}`).run();
  db.prepare(`DELETE FROM boots WHERE ${old}`).run();
  // No connector thread outlives its boot.
  db.prepare('DELETE FROM progress WHERE boot < (SELECT max(boot) FROM boots)').run();
}

function readTimes(db: Db): BootTimes[] {
  const anchors = db.prepare<[], AnchorRow>('SELECT * FROM anchors ORDER BY boot, mono_ms').all();
  return db
    .prepare<[], BootRow>('SELECT boot, first_at, last_at FROM boots ORDER BY boot')
    .all()
    .map((row) => ({
      boot: row.boot,
      anchors: anchors
        .filter((anchor) => anchor.boot === row.boot)
        .map((anchor) => ({ monotonicMs: anchor.mono_ms, trueMs: anchor.true_ms, source: anchor.source })),
      span:
        row.first_at === null || row.last_at === null
          ? null
          : { first: decodeStamp(row.first_at), last: decodeStamp(row.last_at) },
    }));
}
