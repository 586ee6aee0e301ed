import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { connect, migrate, userVersion } from 'tapwatt/station/journal/database.js';
import { JournalError } from 'tapwatt/station/journal/journal.js';
import { APPLICATION_ID, LATEST_VERSION, MIGRATIONS, SENTINEL } from 'tapwatt/station/journal/migrations.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Bench, reading, temporaryDirectory } from './support.js';

/** Rows of every table that a schema has, written in plain SQL: what a tapwatt of that time would have left. */
const ROWS: Record<number, string[]> = {
  1: [
    `INSERT INTO boots (boot_id) VALUES ('old-boot')`,
    `INSERT INTO anchors VALUES (1, 500, 1750000000000, 'csms')`,
    `INSERT INTO progress VALUES (1, 'old-life', 9, 1)`,
    `INSERT INTO meters VALUES (1, 4200)`,
    `INSERT INTO transactions (local_id, connector_id, authorization, meter_start_wh, started_at, start_state, transaction_id, last_energy_wh, last_at)
     VALUES ('old', 1, '{"idTag":"AA","parentIdTag":null,"source":"local","reservationId":null}', 4000, '[1,1000,1,0]', 'bound', 12, 4200, '[1,2000,1,0]')`,
    `INSERT INTO samples (local_id, context, content, at) VALUES ('old', 'Sample.Periodic', '${JSON.stringify({ reading: reading(4100), offeredMa: 0, measurands: ['Voltage'] })}', '[1,1500,1,0]')`,
    `INSERT INTO owed (id, chain, kind, connector_id, local_id, content, at) VALUES ('m-1', 'old', 'Metered', 1, 'old',
      '${JSON.stringify({ record: { t: 'MeterSampled', localId: 'old', context: 'Sample.Periodic', reading: reading(4100), offeredMa: 0, at: { wallMs: 1, monotonicMs: 1500 } }, measurands: ['Voltage'] })}', '[1,1500,1,0]')`,
    `INSERT INTO dead_letters (ordinal, id, chain, kind, connector_id, local_id, content, at, droppable, attempts, reason)
      VALUES (90, 'd-1', 'older', 'Ended', 1, 'older', '{}', '[1,10,1,0]', 0, 3, 'InternalError: x')`,
  ],
  2: [
    `INSERT INTO state VALUES ('heartbeat', '300')`,
    `INSERT INTO configuration VALUES ('HeartbeatInterval', '300')`,
    `INSERT INTO authorization_cache VALUES ('AA', 'Accepted', NULL, NULL, 1)`,
    `INSERT INTO local_list VALUES ('BB', 'Accepted', NULL, 'GROUP')`,
    `INSERT INTO availability VALUES (1, 0)`,
    `INSERT INTO reservations VALUES (5, 1, 'CC', NULL, 1760000000000)`,
    `INSERT INTO profiles VALUES (9, 1, 'TxDefaultProfile', 0, NULL, '{}')`,
    `INSERT INTO events (event) VALUES ('{"at":"2025-01-01T00:00:00Z","type":"Status","message":"x"}')`,
  ],
};

function makeAt(version: number, directory: string): void {
  const db = connect(join(directory, 'journal.db'));
  db.pragma(`application_id = ${APPLICATION_ID}`);
  for (const migration of MIGRATIONS) if (migration.version <= version) db.exec(migration.sql);
  db.prepare('INSERT INTO journal VALUES (1, ?, ?)').run('the-uuid', SENTINEL);
  for (let v = 1; v <= version; v += 1) for (const row of ROWS[v] ?? []) db.exec(row);
  db.pragma(`user_version = ${version}`);
  db.close();
}

function dump(directory: string): Map<string, unknown[]> {
  const db = connect(join(directory, 'journal.db'));
  const tables = db
    .prepare<[], { name: string }>(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
    .all();
  const content = new Map(tables.map(({ name }) => [name, db.prepare(`SELECT * FROM ${name}`).all()]));
  db.close();
  return content;
}

test('versions are 1, 2, 3 … without a gap', () => {
  assert.equal(
    MIGRATIONS.map((migration) => migration.version),
    MIGRATIONS.map((_migration, index) => index + 1),
  );
  assert.is(LATEST_VERSION, MIGRATIONS.length);
});

for (const { version } of MIGRATIONS.filter((migration) => migration.version > 1)) {
  test(`migration ${version} keeps every row of schema ${version - 1}`, () => {
    const directory = temporaryDirectory();
    makeAt(version - 1, directory);
    const before = dump(directory);
    const db = connect(join(directory, 'journal.db'));
    migrate(db);
    assert.is(userVersion(db), LATEST_VERSION);
    db.close();
    const after = dump(directory);
    for (const [table, rows] of before) {
      assert.ok(table === 'journal' || rows.length > 0, `no test row in ${table}`);
      assert.equal(after.get(table), rows, table);
    }
  });
}

test('opening an old journal: a backup first, then the migration, and the session goes on', async () => {
  const bench = new Bench();
  makeAt(1, bench.directory);
  const { outcome } = await bench.open();
  assert.is(outcome.t, 'ok');
  assert.ok(existsSync(join(bench.directory, 'backups', 'journal-1.db')));
  assert.equal(
    bench.journal.transactions
      .open()
      .map(({ localId, transactionId, lastEnergyWh }) => [localId, transactionId, lastEnergyWh]),
    [['old', 12, 4200]],
  );
  assert.equal([bench.due().id, bench.due().transactionId], ['m-1', 12]);
  assert.equal(bench.due().time, { ms: 1_750_000_001_000, basis: 'rebased' });
  assert.is(bench.journal.outbox.stats().deadLetters, 1);
  bench.close();
});

test('a migration that fails leaves everything as it was and says what to do', () => {
  const directory = temporaryDirectory();
  makeAt(LATEST_VERSION, directory);
  const before = dump(directory);
  const db = connect(join(directory, 'journal.db'));
  const broken = [
    { version: LATEST_VERSION + 1, sql: 'CREATE TABLE fine (x); DELETE FROM owed; CREATE TABLE owed (x)' },
  ];
  try {
    migrate(db, broken);
    assert.unreachable();
  } catch (error) {
    assert.instance(error, JournalError);
    assert.is(Reflect.get(Object(error), 'code'), 'JOURNAL_MIGRATION');
  }
  assert.is(userVersion(db), LATEST_VERSION);
  db.close();
  assert.equal([...dump(directory)], [...before]);
});

test.run();
