import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { backUp } from 'csms-lite/backup/backup.js';
import { restore } from 'csms-lite/backup/restore.js';
import { openCsms } from 'csms-lite/core/csms.js';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startTestServer } from '../api/server.js';

const test = suite('backup');
let folder: string;
let data: string;

test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'csms-backup-'));
  data = join(folder, 'data');
});
test.after.each(() => rmSync(folder, { recursive: true, force: true }));

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'done',
    (error: { code: string; hint: string }) => (error.hint === '' ? 'no hint' : error.code),
  );

async function withData<T>(work: (csms: Awaited<ReturnType<typeof openCsms>>) => Promise<T>): Promise<T> {
  const csms = await openCsms({ databaseFile: join(data, 'csms.sqlite') });
  try {
    return await work(csms);
  } finally {
    await csms.close();
  }
}

test('a backup of a database that is being written to is whole, and restores to that moment', async () => {
  const target = join(folder, 'b1');
  await withData(async (csms) => {
    await csms.tags.put('BEFORE', {}, 'test');
    let writing = true;
    const writer = (async () => {
      for (let n = 0; writing; n += 1) await csms.tags.put(`DURING${n}`, {}, 'test');
      return 0;
    })();
    const manifest = await backUp(data, target, '1.2.3');
    writing = false;
    await writer;
    assert.equal(
      manifest.files.map(({ name }) => name),
      ['csms.sqlite', 'csms.telemetry.sqlite'],
    );
    await csms.tags.put('AFTER', {}, 'test');
    assert.is(await codeOf(restore(target, data)), 'server_running');
  });
  assert.equal(readdirSync(target).toSorted(), ['csms.sqlite', 'csms.telemetry.sqlite', 'manifest.json']);
  const restored = await restore(target, data);
  assert.ok(
    restored.movedAsideTo !== null && existsSync(join(restored.movedAsideTo, 'csms.sqlite')),
    'nothing is deleted',
  );
  await withData(async (csms) => {
    assert.is((await csms.tags.get('BEFORE')).idTag, 'BEFORE');
    assert.is(await codeOf(csms.tags.get('AFTER')), 'id_tag_not_found');
  });
});

test('a damaged backup, one of a newer version and what is none are refused; the data stays', async () => {
  const target = join(folder, 'b2');
  await withData((csms) => csms.tags.put('KEPT', {}, 'test'));
  await backUp(data, target, '1');
  assert.is(await codeOf(backUp(data, target, '1')), 'target_exists');
  assert.is(await codeOf(backUp(join(folder, 'nowhere'), join(folder, 'x'), '1')), 'nothing_to_back_up');
  assert.is(await codeOf(restore(join(folder, 'nowhere'), data)), 'backup_not_found');

  const newer = new BetterSqlite3(join(target, 'csms.sqlite'));
  newer.prepare(`insert into kysely_migration values ('9999-future', '2030')`).run();
  newer.close();
  assert.is(await codeOf(restore(target, data)), 'database_newer');
  const back = new BetterSqlite3(join(target, 'csms.sqlite'));
  back.prepare(`delete from kysely_migration where name = '9999-future'`).run();
  back.close();
  assert.is(await codeOf(restore(target, data)), 'backup_damaged', 'changed since the manifest was written');
  writeFileSync(join(target, 'csms.sqlite'), 'not a database');
  assert.is(await codeOf(restore(target, data)), 'backup_damaged');
  appendFileSync(join(target, 'manifest.json'), '}');
  assert.is(await codeOf(restore(target, data)), 'backup_damaged');
  await withData(async (csms) => assert.is((await csms.tags.get('KEPT')).idTag, 'KEPT'));
});

test('a running server backs itself up into its data folder', async () => {
  const server = await startTestServer();
  try {
    await server.api('PUT', '/api/v1/id-tags/X', {});
    const made = await server.api('POST', '/api/v1/backups');
    assert.is(made.status, 201, JSON.stringify(made.body));
    assert.is(made.body.files.length, 2);
    const listed = await server.api('GET', '/api/v1/backups');
    assert.is(listed.body.items[0].name, made.body.name);
  } finally {
    await server.close();
  }
});

test('the authority’s key, uploads and firmware go with it, for their owner only, and come back', async () => {
  const target = join(folder, 'b-files');
  const modeOf = (file: string): number => statSync(file).mode & 0o777;
  const root = await withData(async (csms) => {
    const pem = await csms.certificates.root();
    mkdirSync(join(data, 'files', 'incoming'), { recursive: true });
    mkdirSync(join(data, 'files', 'firmware'), { recursive: true });
    writeFileSync(join(data, 'files', 'firmware', '1'), 'image', { mode: 0o644 });
    writeFileSync(join(data, 'files', 'incoming', 'half'), 'not yet whole');
    const { attachments } = await backUp(data, target, '1.2.3');
    assert.equal(
      attachments?.map(({ name }) => name),
      ['certificates/root.crt', 'certificates/root.key', 'files/firmware/1'],
    );
    return pem;
  });
  const backedUp = readdirSync(target, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const entry of backedUp) assert.is(modeOf(join(entry.parentPath, entry.name)), 0o600, entry.name);
  assert.is(modeOf(target), 0o700);

  rmSync(join(data, 'files', 'firmware'), { recursive: true });
  writeFileSync(join(data, 'certificates', 'root.crt'), 'somebody else’s');
  const { movedAsideTo } = await restore(target, data);
  assert.is(readFileSync(join(movedAsideTo ?? '', 'certificates', 'root.crt'), 'utf8'), 'somebody else’s');
  assert.is(readFileSync(join(data, 'files', 'firmware', '1'), 'utf8'), 'image');
  assert.is(modeOf(join(data, 'certificates', 'root.key')), 0o600);
  assert.is(modeOf(join(data, 'certificates')), 0o700);
  await withData(async (csms) => assert.is(await csms.certificates.root(), root));

  // On an empty folder: another machine.
  const elsewhere = join(folder, 'elsewhere');
  await restore(target, elsewhere);
  assert.ok(existsSync(join(elsewhere, 'certificates', 'root.key')));

  appendFileSync(join(target, 'certificates', 'root.key'), ' ');
  assert.is(await codeOf(restore(target, data)), 'backup_damaged');
});

test('a manifest whose names lead out of the data folder is refused', async () => {
  const target = join(folder, 'b-evil');
  await withData(async () => void (await backUp(data, target, '1.2.3')));
  const file = join(target, 'manifest.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as { attachments: object[] };
  writeFileSync(join(folder, 'evil'), 'x');
  const sha256 = createHash('sha256').update('x').digest('hex');
  for (const name of ['../evil', 'files/../../evil', 'csms.sqlite', 'files', 'files//x']) {
    writeFileSync(file, JSON.stringify({ ...manifest, attachments: [{ name, bytes: 1, sha256 }] }));
    assert.is(await codeOf(restore(target, join(folder, 'new'))), 'backup_damaged', name);
  }
});

test.run();
