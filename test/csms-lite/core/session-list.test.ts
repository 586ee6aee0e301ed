import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listSessions } from 'csms-lite/core/transactions/session-list.js';
import type { TxRow } from 'csms-lite/core/transactions/view.js';
import { openStore, type Store } from 'csms-lite/store/store.js';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('list of sessions');
let directory: string;
let store: Store;

test.before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'csms-sessions-'));
  store = await openStore(join(directory, 'csms.sqlite'));
  await store.write(async (db) => {
    for (let n = 1; n <= 90; n += 1)
      await db
        .insertInto('tx')
        .values({
          id: 1000 + n,
          transaction_id: 1000 + n,
          station_id: `CP${n % 3}`,
          connector_id: 1,
          id_tag: `tag${n % 7}`,
          id_tag_key: `TAG${n % 7}`,
          state: n > 84 ? 'active' : 'completed',
          authorization_status: 'Accepted',
          start_key: `key-${n}`,
          start_message_id: null,
          started_at_ms: n,
          start_received_at_ms: n,
          meter_start_wh: 0,
          stop_confirmed: 0,
          flags: '[]',
          revision: 1,
        })
        .execute();
  });
});
test.after(async () => {
  await store.close();
  await rm(directory, { recursive: true, force: true });
});

const FILTERS = [
  {},
  { status: 'completed' },
  { status: 'active' },
  { chargePointId: 'CP1' },
  { chargePointId: 'CP1', status: 'completed' },
  { chargePointId: 'CP1', status: 'active' },
  { idTag: 'Tag3' },
  { idTag: 'tag3', status: 'completed' },
  { idTag: 'tag3', chargePointId: 'CP2' },
  { chargePointId: 'nobody' },
] as const;

/** What the list has to be, worked out from all sessions. */
async function expected(filter: { chargePointId?: string; idTag?: string; status?: string }): Promise<TxRow[]> {
  const all = await store.read.selectFrom('tx').selectAll().orderBy('seq', 'desc').execute();
  return all.filter(
    (row) =>
      (filter.chargePointId ?? row.station_id) === row.station_id &&
      (filter.idTag ?? row.id_tag_key).toUpperCase() === row.id_tag_key &&
      (filter.status ?? row.state) === row.state,
  );
}

async function checkEveryPage(): Promise<void> {
  for (const filter of FILTERS) {
    const all = await expected(filter);
    for (const limit of [1, 7, 100])
      for (let offset = 0; offset <= all.length + limit; offset += limit) {
        const { rows, total } = await listSessions(store.read, { ...filter }, limit, offset);
        assert.is(total, all.length);
        assert.equal(rows, all.slice(offset, offset + limit), JSON.stringify({ ...filter, limit, offset }));
      }
  }
}

test('every page of every filter, newest first, with the exact total', checkEveryPage);

test('the same with gaps, as removed demo data leaves them', async () => {
  await store.write((db) => db.deleteFrom('tx').where('seq', 'in', [1, 40, 41, 90]).execute());
  await checkEveryPage();
});

test('nothing of nothing', async () => {
  await store.write((db) => db.deleteFrom('tx').execute());
  assert.equal(await listSessions(store.read, {}, 50, 0), { rows: [], total: 0 });
});

test.run();
