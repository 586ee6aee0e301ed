import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FirebaseProblem, readFirebaseConfiguration } from 'csms-lite/firebase/configuration.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually, PATIENCE_MS } from '../../support/deadline.js';
import { startProgram } from '../../support/programs.js';

const folder = mkdtempSync(join(tmpdir(), 'csms-lite-firebase-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));

const URL_OF_DATABASE = 'https://example-default-rtdb.europe-west1.firebasedatabase.app';

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

function problem(options: Parameters<typeof readFirebaseConfiguration>[0]): FirebaseProblem {
  try {
    readFirebaseConfiguration(options, {});
  } catch (error) {
    return error as FirebaseProblem;
  }
  throw new Error('nothing was wrong');
}

test('off unless configured; the environment’s emulator needs no service account', () => {
  assert.is(readFirebaseConfiguration({}, {}), null);
  assert.is(readFirebaseConfiguration({}, { FIREBASE_DATABASE_EMULATOR_HOST: '' }), null);
  const emulated = readFirebaseConfiguration({}, { FIREBASE_DATABASE_EMULATOR_HOST: '127.0.0.1:9000' });
  assert.equal(emulated, { databaseUrl: 'http://127.0.0.1:9000/?ns=csms-lite', serviceAccount: null });
});

test('wrong files and addresses are told with what to do', () => {
  const account = { project_id: 'example', client_email: 'a@example.iam.gserviceaccount.com', private_key: 'k' };
  const good = file('account.json', account);
  const cases: [Parameters<typeof readFirebaseConfiguration>[0], string, RegExp, RegExp][] = [
    [
      { credentialsFile: join(folder, 'none.json') },
      'firebase_credentials',
      /cannot be read: ENOENT/,
      /Service accounts/,
    ],
    [{ credentialsFile: file('text', 'hello') }, 'firebase_credentials', /cannot be read: .*JSON/, /private key/],
    [{ credentialsFile: file('web.json', { apiKey: 'x' }) }, 'firebase_credentials', /a web app/, /hmi export/],
    [
      { credentialsFile: file('o.json', { project_id: 'x' }) },
      'firebase_credentials',
      /client_email is missing/,
      /console/,
    ],
    [{ databaseUrl: URL_OF_DATABASE }, 'firebase_credentials', /without a service account/, /--firebase-credentials/],
    [{ credentialsFile: good }, 'firebase_database', /of example .*without its database/, /--firebase-database/],
    [
      { credentialsFile: good, databaseUrl: 'example' },
      'firebase_database',
      /example is no address/,
      /Realtime Database/,
    ],
    [
      { credentialsFile: good, databaseUrl: `${URL_OF_DATABASE}/chargers` },
      'firebase_database',
      /no address/,
      /console/,
    ],
  ];
  for (const [options, code, message, hint] of cases) {
    const { code: is, message: says, hint: fix } = problem(options);
    assert.is(is, code);
    assert.match(says, message);
    assert.match(fix, hint);
  }
  const { serviceAccount } =
    readFirebaseConfiguration({ credentialsFile: good, databaseUrl: URL_OF_DATABASE }, {}) ?? {};
  assert.is(serviceAccount?.projectId, 'example');
});

test('a key that is none ends the start with the way to a good one', async () => {
  const account = file('bad-key.json', {
    project_id: 'example',
    client_email: 'a@example.iam.gserviceaccount.com',
    private_key: '-----BEGIN PRIVATE KEY-----\nnonsense\n-----END PRIVATE KEY-----\n',
  });
  const args = ['serve', '--port', '0', '--data', join(folder, 'data')];
  const server = startProgram('csms-lite/bin/csms-lite.js', [
    ...args,
    ...['--firebase-credentials', account, '--firebase-database', URL_OF_DATABASE],
  ]);
  const { code } = await server.exited;
  assert.is(code, 1);
  assert.match(server.output(), /private key of the service account cannot be read: .*\(firebase_credentials\)/);
  assert.match(server.output(), /generate a new private key/);
});

/** Prints the modules that were loaded when it ends in order. */
const LOADED = `process.on('exit', () => {
  const { Module } = require('node:module');
  console.log('LOADED ' + Object.keys(Module._cache).filter((name) => name.includes('/firebase-admin/')).length);
});`;

test('without a service account firebase-admin is not loaded; with the emulator’s variable it is', async () => {
  const spy = file('spy.cjs', LOADED);
  const loaded = async (environment: NodeJS.ProcessEnv): Promise<number> => {
    const server = startProgram('csms-lite/bin/csms-lite.js', ['serve', '--port', '0', '--data', join(folder, 'd')], {
      NODE_OPTIONS: `--require ${spy}`,
      FIREBASE_DATABASE_EMULATOR_HOST: '',
      ...environment,
    });
    await eventually(() => /charge points/.test(server.output()), 'csms-lite listening', PATIENCE_MS);
    await server.end('SIGTERM');
    return Number(/LOADED (\d+)/.exec(server.output())?.[1] ?? Number.NaN);
  };
  assert.is(await loaded({}), 0);
  // CommonJS, so its modules are in the cache of require.
  assert.ok((await loaded({ FIREBASE_DATABASE_EMULATOR_HOST: '127.0.0.1:9' })) > 10);
});

test.run();
