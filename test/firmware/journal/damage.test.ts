import {
  copyFileSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { OpenedJournal } from 'tapwatt/station/journal/journal.js';
import { inspectWal } from 'tapwatt/station/journal/wal-inspection.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Bench, temporaryDirectory } from './support.js';

const db = (directory: string) => join(directory, 'journal.db');

/** A directory as a power cut leaves it: `commits` records in the log that are not in the database file yet. */
async function afterPowerCut(commits: number, backup = true): Promise<Bench> {
  const bench = new Bench();
  await bench.open();
  bench.start('before-backup');
  if (backup) await bench.journal.backup();
  const copy = temporaryDirectory();
  for (let n = 1; n <= commits; n += 1) bench.checkpoint('before-backup', 1000 + n);
  for (const name of readdirSync(bench.directory))
    if (name.startsWith('journal.db') || name === 'instance.json')
      copyFileSync(join(bench.directory, name), join(copy, name));
  if (backup) {
    const { mkdirSync } = await import('node:fs');
    mkdirSync(join(copy, 'backups'));
    for (const name of readdirSync(join(bench.directory, 'backups')))
      copyFileSync(join(bench.directory, 'backups', name), join(copy, 'backups', name));
  }
  bench.close();
  return new Bench(copy);
}

function keptNames(opened: OpenedJournal): string[] {
  assert.ok(opened.outcome.keptIn !== null);
  return opened.outcome.keptIn === null ? [] : readdirSync(opened.outcome.keptIn).sort();
}

function lastEnergy(bench: Bench): number | undefined {
  return bench.journal.transactions.list(1)[0]?.lastEnergyWh;
}

function overwrite(path: string, position: number, bytes: Buffer): void {
  const fd = openSync(path, 'r+');
  writeSync(fd, bytes, 0, bytes.length, position);
}

test('a new directory is fresh, the second time it is ok', async () => {
  const bench = new Bench();
  const first = await bench.open();
  assert.equal([first.outcome.t, first.outcome.findings, first.outcome.keptIn], ['fresh', [], null]);
  bench.close();
  const second = await bench.open();
  assert.equal([second.outcome.t, second.outcome.findings], ['ok', []]);
  bench.close();
});

test('a power cut loses nothing and is no damage', async () => {
  const bench = await afterPowerCut(20);
  const { outcome } = await bench.open();
  assert.equal([outcome.t, outcome.findings], ['ok', []]);
  assert.is(lastEnergy(bench), 1020);
  bench.close();
});

const DAMAGES: Record<string, (path: string) => void> = {
  'truncated to nothing': (path) => truncateSync(path, 0),
  'the file is gone': (path) => rmSync(path),
  'zeroed from end to end': (path) => writeFileSync(path, Buffer.alloc(statSync(path).size)),
  'garbage in the header': (path) => overwrite(path, 0, Buffer.alloc(100, 0xa5)),
  'garbage from end to end': (path) => writeFileSync(path, Buffer.alloc(40_960, 0x5a)),
  'cut in half': (path) => truncateSync(path, Math.floor(statSync(path).size / 8192) * 4096),
  'another application_id': (path) => {
    rmSync(`${path}-wal`, { force: true });
    const other = new Database(path);
    other.pragma('application_id = 1234');
    other.close();
  },
  'the sentinel row is gone': (path) => {
    const other = new Database(path);
    other.exec('DELETE FROM journal');
    other.close();
  },
  'every table is gone': (path) => {
    rmSync(path);
    rmSync(`${path}-wal`, { force: true });
    new Database(path).close();
  },
};

for (const [name, damage] of Object.entries(DAMAGES)) {
  test(`damage: ${name}: moved aside whole, the backup restored`, async () => {
    const bench = await afterPowerCut(5);
    damage(db(bench.directory));
    const hadFile = existsSync(db(bench.directory));
    const hadLog = existsSync(`${db(bench.directory)}-wal`);
    const bytes = hadFile ? readFileSync(db(bench.directory)) : null;
    const opened = await bench.open();
    assert.is(opened.outcome.t, 'restored', opened.outcome.sentence);
    assert.ok(opened.outcome.hint !== '');
    const kept = keptNames(opened);
    assert.is(kept.includes('journal.db'), hadFile);
    if (hadLog) assert.ok(kept.includes('journal.db-wal'));
    if (bytes !== null && opened.outcome.keptIn !== null)
      assert.ok(readFileSync(join(opened.outcome.keptIn, 'journal.db')).equals(bytes), 'kept as it was');
    assert.equal(bench.journal.transactions.open()[0]?.localId, 'before-backup');
    bench.start('after', 2);
    assert.is(bench.journal.lastSeq(1, 'any life'), Number.POSITIVE_INFINITY, 'gaps cannot be judged after a loss');
    bench.close();
    const again = await bench.open();
    assert.is(again.outcome.t, 'ok');
    assert.is(bench.journal.lastSeq(1, 'any life'), 0);
    bench.close();
  });

  test(`damage: ${name}, without a backup: started empty, and said so`, async () => {
    const bench = await afterPowerCut(5, false);
    damage(db(bench.directory));
    const opened = await bench.open();
    assert.is(opened.outcome.t, 'started-empty-after-loss', opened.outcome.sentence);
    assert.equal(bench.journal.transactions.open(), []);
    bench.start('after');
    bench.close();
    const again = await bench.open();
    assert.is(again.outcome.t, 'ok');
    assert.is(bench.journal.transactions.open().length, 1);
    bench.close();
  });
}

test('damage: each page zeroed in turn: noticed or harmless, never a wrong answer', async () => {
  const source = await afterPowerCut(3);
  await source.open();
  source.close();
  const pages = statSync(db(source.directory)).size / 4096;
  let noticed = 0;
  for (let page = 0; page < pages; page += 1) {
    const bench = new Bench(temporaryDirectory());
    const { cpSync } = await import('node:fs');
    cpSync(source.directory, bench.directory, { recursive: true });
    overwrite(db(bench.directory), page * 4096, Buffer.alloc(4096));
    const { outcome } = await bench.open();
    if (outcome.t === 'restored') noticed += 1;
    else assert.is(lastEnergy(bench), 1003, `page ${page} went unnoticed and mattered`);
    bench.close();
  }
  assert.ok(noticed >= pages / 2, `${noticed} of ${pages}`);
});

test('damage: when the newest backup is damaged too, the older one is taken', async () => {
  const bench = await afterPowerCut(2);
  await bench.open();
  bench.start('second', 2);
  await bench.journal.backup();
  bench.close();
  for (const name of ['journal.db', 'backups/journal-1.db'])
    writeFileSync(join(bench.directory, name), Buffer.alloc(8192, 1));
  const { outcome } = await bench.open();
  assert.is(outcome.t, 'restored');
  assert.match(outcome.sentence, 'journal-2.db');
  assert.equal(
    bench.journal.transactions.open().map((transaction) => transaction.localId),
    ['before-backup'],
  );
  bench.close();
});

test('torn log: any cut of the last commit loses only that commit, and is no finding', async () => {
  const source = await afterPowerCut(4);
  const wal = readFileSync(`${db(source.directory)}-wal`);
  for (let cut = 1; cut < 4120; cut += 411) {
    const bench = new Bench(temporaryDirectory());
    for (const name of ['journal.db', 'instance.json'])
      copyFileSync(join(source.directory, name), join(bench.directory, name));
    writeFileSync(`${db(bench.directory)}-wal`, wal.subarray(0, wal.length - cut));
    const { outcome } = await bench.open();
    assert.equal([outcome.t, outcome.findings], ['ok', []]);
    assert.is(lastEnergy(bench), 1003);
    bench.close();
  }
});

test('garbage in the middle of the log: SQLite says nothing; the journal tells it and keeps the log', async () => {
  const bench = await afterPowerCut(20);
  const path = `${db(bench.directory)}-wal`;
  const size = statSync(path).size;
  overwrite(path, Math.floor(size / 2), Buffer.alloc(64, 0xff));
  const damaged = readFileSync(path);
  const opened = await bench.open();
  assert.is(opened.outcome.t, 'ok');
  assert.is(opened.outcome.findings[0]?.code, 'LOG_DAMAGED');
  assert.ok(opened.outcome.keptIn !== null);
  if (opened.outcome.keptIn !== null)
    assert.ok(readFileSync(join(opened.outcome.keptIn, 'journal.db-wal')).equals(damaged));
  const energy = lastEnergy(bench) ?? 0;
  assert.ok(energy >= 1000 && energy < 1020);
  bench.close();
});

test('the log inspection agrees with SQLite on the number of commits', async () => {
  const bench = await afterPowerCut(7);
  const wal = readFileSync(`${db(bench.directory)}-wal`);
  assert.equal(inspectWal(wal), { t: 'sound', commits: 7 });
  assert.equal(inspectWal(wal.subarray(0, wal.length - 1)), { t: 'torn-tail', commits: 6 });
  assert.equal(inspectWal(Buffer.alloc(0)), { t: 'sound', commits: 0 });
  assert.equal(inspectWal(wal.subarray(0, 20)), { t: 'torn-tail', commits: 0 });
  const headless = Buffer.from(wal);
  headless.fill(0, 0, 32);
  assert.is(inspectWal(headless).t, wal.length > 65_624 ? 'damaged' : 'torn-tail');
});

test('the log was deleted by hand: told', async () => {
  const bench = await afterPowerCut(5);
  rmSync(`${db(bench.directory)}-wal`);
  assert.ok(existsSync(`${db(bench.directory)}-shm`));
  const { outcome } = await bench.open();
  assert.is(outcome.findings[0]?.code, 'LOG_MISSING');
  assert.is(lastEnergy(bench), 1000);
  bench.close();
});

test('a database that was never checkpointed and lost its log is a loss, not a new station', async () => {
  const bench = await afterPowerCut(1);
  rmSync(`${db(bench.directory)}-wal`);
  rmSync(`${db(bench.directory)}-shm`, { force: true });
  rmSync(db(bench.directory));
  const empty = new Database(db(bench.directory));
  empty.pragma('journal_mode = WAL');
  empty.close();
  const { outcome } = await bench.open();
  assert.is(outcome.t, 'restored');
  bench.close();
});

test('written by a later tapwatt: refused, and every byte stays', async () => {
  const bench = new Bench();
  await bench.open();
  bench.close();
  const later = new Database(db(bench.directory));
  later.pragma('user_version = 99');
  later.close();
  const before = readFileSync(db(bench.directory));
  try {
    await bench.open();
    assert.unreachable();
  } catch (error) {
    assert.ok(error instanceof Error);
    assert.is(Reflect.get(Object(error), 'code'), 'JOURNAL_TOO_NEW');
    assert.match(String(Reflect.get(Object(error), 'hint')), 'Install');
  }
  assert.ok(readFileSync(db(bench.directory)).equals(before));
  assert.equal(
    readdirSync(bench.directory).filter((name) => name.startsWith('corrupt')),
    [],
  );
});

test('a damaged or missing instance.json is written anew and said', async () => {
  const bench = new Bench();
  await bench.open();
  bench.close();
  writeFileSync(join(bench.directory, 'instance.json'), '{"uu');
  const damaged = await bench.open();
  assert.equal([damaged.outcome.t, damaged.outcome.findings[0]?.code], ['ok', 'INSTANCE_CHANGED']);
  bench.close();
  rmSync(join(bench.directory, 'instance.json'));
  await bench.open();
  bench.close();
  rmSync(db(bench.directory));
  const lost = await bench.open();
  assert.is(lost.outcome.t, 'started-empty-after-loss');
  bench.close();
});

test.run();
