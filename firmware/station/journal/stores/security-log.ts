import type { ClockKeeper } from '../../time/clock-keeper.js';
import type { Boots } from '../boots.js';
import type { Db } from '../database.js';
import { decodeStamp, encodeStamp } from '../stamps.js';
import type { SecurityLog } from '../stores.js';

const KEPT = 1000;

export function createSecurityLog(db: Db, boots: Boots, clock: ClockKeeper): SecurityLog {
  const insert = db.prepare<[string, string | null, string]>(
    'INSERT INTO security_log (type, tech_info, at) VALUES (?, ?, ?)',
  );
  const trim = db.prepare<[number]>('DELETE FROM security_log WHERE id <= (SELECT max(id) FROM security_log) - ?');
  const newest = db.prepare<[number], { type: string; tech_info: string | null; at: string }>(
    'SELECT type, tech_info, at FROM security_log ORDER BY id DESC LIMIT ?',
  );
  return {
    add({ type, techInfo, at }) {
      insert.run(type, techInfo, encodeStamp(clock.journaled(at)));
      trim.run(KEPT);
    },
    list: (limit) =>
      newest
        .all(limit)
        .map((row) => ({ type: row.type, techInfo: row.tech_info, time: boots.resolve(decodeStamp(row.at)) }))
        .reverse(),
  };
}
