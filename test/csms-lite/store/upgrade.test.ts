import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { searchMessages } from 'csms-lite/core/messages/message-search.js';
import { openSqlite, openTelemetry, telemetryFileOf } from 'csms-lite/store/dialect.js';
import { migrateToLatest } from 'csms-lite/store/migrate.js';
import { migrations, telemetryMigrations } from 'csms-lite/store/migrations/index.js';
import { openStore } from 'csms-lite/store/store.js';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('databases of other versions');
let directory: string;
let file: string;

test.before.each(async () => {
  directory = await mkdtemp(join(tmpdir(), 'csms-upgrade-'));
  file = join(directory, 'csms.sqlite');
});
test.after.each(() => rm(directory, { recursive: true, force: true }));

/** The sessions file with only its first migration, as an early version left it. */
async function firstVersion(): Promise<BetterSqlite3.Database> {
  const engine = openSqlite(file);
  const { '0001-foundations': first } = migrations(engine.columns);
  assert.ok(first !== undefined);
  await migrateToLatest(engine.writer, { '0001-foundations': first });
  await engine.close();
  return new BetterSqlite3(file);
}

/** Meter samples and messages as the first days had them, in the sessions file. */
function telemetryInside(db: BetterSqlite3.Database, withInbox: boolean): void {
  const sample = `(id integer primary key, station_id text not null, connector_id integer not null, tx_id integer,
    at_ms integer not null, received_at_ms integer not null, measurand text not null, phase text, location text,
    context text not null, format text not null, value integer, unit text not null, raw_value text not null, raw_unit text)`;
  const insert = (table: string, value: number): void =>
    void db
      .prepare(
        `insert into ${table} values (null, 'CP1', 1, 7, ?, ?, 'Voltage', null, null, 'Other', 'Raw', ?, 'mV', '1', null)`,
      )
      .run(value, value, value);
  db.exec(`create table meter_sample ${sample}; create index meter_sample_tx on meter_sample (tx_id, at_ms);`);
  insert('meter_sample', 1);
  insert('meter_sample', 2);
  if (withInbox) {
    db.exec(`create table meter_inbox ${sample};
      create view meter_reading as select * from meter_sample union all select * from meter_inbox;`);
    insert('meter_inbox', 3);
  }
  db.exec(`create table ocpp_message (id integer primary key, station_id text not null, direction text not null,
    at_ms integer not null, kind text not null, message_id text, action text, latency_ms integer, text text not null);
    insert into ocpp_message values (5, 'CP1', 'in', 1, 'CALL', 'm1', 'Heartbeat', null, '[2]');`);
}

for (const withInbox of [false, true])
  test(`telemetry ${withInbox ? 'with' : 'without'} an inbox in the sessions file moves to its own, once`, async () => {
    const old = await firstVersion();
    old.prepare(`insert into setting values ('kept', '1')`).run();
    telemetryInside(old, withInbox);
    old.close();
    for (let opening = 0; opening < 2; opening += 1) {
      const store = await openStore(file);
      const values = await store.read.selectFrom('meter_reading').select('value').orderBy('value').execute();
      assert.equal(
        values.map(({ value }) => value),
        withInbox ? [1, 2, 3] : [1, 2],
      );
      const { items } = await searchMessages(store.read, { messageId: 'm1' }, { limit: 9, offset: 0 });
      assert.equal(
        items.map(({ chargePointId, action, text }) => [chargePointId, action, text]),
        [['CP1', 'Heartbeat', '[2]']],
      );
      assert.is((await store.read.selectFrom('setting').selectAll().execute()).length, 1);
      // What came with later migrations works.
      assert.equal(await store.read.selectFrom('wallet').selectAll().execute(), []);
      await store.close();
    }
    const sessions = new BetterSqlite3(file, { readonly: true });
    assert.equal(sessions.prepare(`select name from sqlite_master where name like 'meter%'`).all(), []);
    sessions.close();
  });

test('samples and messages that were stored row by row are packed, and read as before', async () => {
  const telemetry = openTelemetry(telemetryFileOf(file));
  const { '0001-telemetry': first } = telemetryMigrations(telemetry.columns);
  assert.ok(first !== undefined);
  await migrateToLatest(telemetry.writer, { '0001-telemetry': first });
  telemetry.close();
  const old = new BetterSqlite3(telemetryFileOf(file));
  old.exec(`insert into meter_kind values (1, 'Voltage', 'L1', null, 'Other', 'Raw', 'mV', 'V');
    insert into meter_sample values (1, 'CP1', 1, 7, 1, 2, 1, 230000, '230'), (2, 'CP1', 1, 7, 3, 4, 1, 5, null),
      (3, 'CP2', 2, null, 5, 6, 1, null, 'odd "text"');
    insert into meter_inbox values (1, 'CP1', 1, 7, 7, 8, 1, 6, null);
    insert into ocpp_message values (4, 'CP1', 'in', 10, 'CALL', 'm1', 'Heartbeat', null, '[2,"m1","Heartbeat",{"🚗":1}]'),
      (6, 'CP1', 'out', 12, 'CALLRESULT', 'm1', 'Heartbeat', 2, '[3,"m1",{}]');`);
  old.close();
  for (let opening = 0; opening < 2; opening += 1) {
    const store = await openStore(file);
    const rows = await store.read.selectFrom('meter_reading').selectAll().orderBy('at_ms').execute();
    assert.equal(
      rows.map((row) => [
        row.station_id,
        row.tx_id,
        row.at_ms,
        row.received_at_ms,
        row.phase,
        row.value,
        row.raw_value,
      ]),
      [
        ['CP1', 7, 1, 2, 'L1', 230000, '230'],
        ['CP1', 7, 3, 4, 'L1', 5, '5'],
        ['CP2', null, 5, 6, 'L1', null, 'odd "text"'],
        ['CP1', 7, 7, 8, 'L1', 6, '6'],
      ],
    );
    assert.is((await store.read.selectFrom('meter_page').selectAll().execute()).length, 2);
    const { items, total } = await searchMessages(store.read, { chargePointId: 'CP1' }, { limit: 9, offset: 0 });
    assert.is(total, 2);
    assert.equal(
      items.map(({ id, direction, latencyMs, text }) => [id, direction, latencyMs, text]),
      [
        [6, 'out', 2, '[3,"m1",{}]'],
        [4, 'in', null, '[2,"m1","Heartbeat",{"🚗":1}]'],
      ],
    );
    await store.close();
  }
});

test('a database of a newer version is refused with what to do, and left as it is', async () => {
  await (await openStore(file)).close();
  const newer = new BetterSqlite3(file);
  newer.prepare(`insert into kysely_migration values ('9999-future', '2030-01-01')`).run();
  newer.close();
  const error = await openStore(file).then(
    () => null,
    (thrown: { code: string; message: string; hint: string }) => thrown,
  );
  assert.is(error?.code, 'database_newer');
  assert.match(error?.message ?? '', '9999-future');
  assert.match(error?.hint ?? '', 'csms-lite restore');
});

test('what was there before demo data is none; there are no insights yet', async () => {
  const old = await firstVersion();
  old
    .prepare(`insert into station (id, site_id, admission, security_profile, verdict, registered_at_ms)
      values ('CP1', 'default', 'accepted', 0, 'warn', 1)`)
    .run();
  old.close();
  const store = await openStore(file);
  assert.equal(await store.read.selectFrom('station').select(['id', 'demo']).execute(), [{ id: 'CP1', demo: 0 }]);
  assert.equal(await store.read.selectFrom('insight').selectAll().execute(), []);
  await store.close();
});

test('charge points of before were all accepted, and go on to be', async () => {
  const old = await firstVersion();
  const insert =
    old.prepare(`insert into station (id, site_id, admission, security_profile, verdict, registered_at_ms, last_boot_at_ms)
    values (?, 'default', 'accepted', 0, 'warn', 1, ?)`);
  insert.run('BOOTED', 5);
  insert.run('NEVER', null);
  old.close();
  const store = await openStore(file);
  const columns = ['id', 'registration_status', 'registration_interval_s', 'boot_status'] as const;
  const rows = await store.read.selectFrom('station').select(columns).orderBy('id').execute();
  assert.equal(
    rows.map((row) => columns.map((column) => row[column])),
    [
      ['BOOTED', 'Accepted', null, 'Accepted'],
      ['NEVER', 'Accepted', null, null],
    ],
  );
  await store.close();
});

test('migrations are only ever added: these names stand for good', () => {
  const { columns } = openColumns();
  const released = ['0001-foundations', '0002-telemetry-apart', '0010-accounts', '0011-access'];
  for (const name of released) assert.ok(name in migrations(columns), name);
  for (const name of ['0001-telemetry', '0002-adopt-telemetry', '0030-packed-telemetry'])
    assert.ok(name in telemetryMigrations(columns), name);
});

function openColumns(): ReturnType<typeof openSqlite> {
  const engine = openSqlite(file);
  void engine.close();
  return engine;
}

test('a database from before the detectors has seen no anomaly', async () => {
  (await firstVersion()).close();
  const store = await openStore(file);
  assert.equal(await store.read.selectFrom('anomaly').selectAll().execute(), []);
  await store.close();
});

test.run();
