import { createRequire } from 'node:module';
import { initializeApp } from '@firebase/app';
import { getDatabase, goOffline, onValue, ref, set } from '@firebase/database';
import { DATABASE_RULES } from 'csms-lite/hmi/rules.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PATIENCE_MS, withDeadline } from '../../support/deadline.js';
import { startRealtimeDatabase } from '../../support/realtime-database.js';
import { exportAndServe } from '../hmi/site.js';

/** The evaluator of database rules that firebase-server uses too; it has no types. */
interface Targaryen {
  database(
    rules: object,
    data: object,
  ): {
    as(user: object | null): {
      read(path: string): { allowed: boolean };
      write(path: string, value: unknown): { allowed: boolean };
    };
  };
}
const targaryen = createRequire(import.meta.url)('targaryen') as Targaryen;

const DATA = {
  chargers: { CP01: { status: 'CHARGING', connectors: [null, { status: 'CHARGING' }] } },
  other: { a: 1 },
};
/** Nobody, and somebody who has signed in with this project in whatever way. */
const STRANGERS = [null, { uid: 'somebody', provider: 'google', token: { sub: 'somebody' } }];

test('everybody may read one charger and what is in it, nothing above or beside it', () => {
  const database = targaryen.database(DATABASE_RULES, DATA);
  for (const stranger of STRANGERS) {
    const may = (path: string): boolean => database.as(stranger).read(path).allowed;
    for (const path of ['chargers/CP01', 'chargers/CP01/status', 'chargers/CP01/connectors/1', 'chargers/NEW'])
      assert.is(may(path), true, path);
    for (const path of ['/', 'chargers', 'other', 'other/a', 'rules']) assert.is(may(path), false, path);
  }
});

test('nobody may write anything, anywhere', () => {
  const database = targaryen.database(DATABASE_RULES, DATA);
  for (const stranger of STRANGERS)
    for (const path of ['/', 'chargers', 'chargers/CP01', 'chargers/CP01/status', 'chargers/NEW', 'other'])
      for (const value of [{ status: 'STANDBY' }, 'x', null])
        assert.is(database.as(stranger).write(path, value).allowed, false, `${path} ${JSON.stringify(value)}`);
});

test('the same on the wire, with the exported file and the official web SDK', async () => {
  const site = await exportAndServe('http://127.0.0.1:1/');
  const database = await startRealtimeDatabase(`${site.folder}/database.rules.json`);
  const web = getDatabase(initializeApp({ databaseURL: database.url }, 'stranger'));
  const outcome = (work: Promise<unknown>, what: string): Promise<string> =>
    withDeadline(
      work.then(
        () => 'allowed',
        (error: Error) => error.message,
      ),
      PATIENCE_MS,
      what,
    );
  const listen = (path: string): Promise<unknown> =>
    new Promise((resolve, reject) => onValue(ref(web, path), resolve, reject));
  try {
    for (const path of ['chargers/CP01', 'chargers/CP01/status', 'other'])
      assert.match(await outcome(set(ref(web, path), 'x'), `write ${path}`), /permission/i);
    for (const path of ['chargers', 'other', '/'])
      assert.match(await outcome(listen(path), `read ${path}`), /permission/i);
    assert.is(await outcome(listen('chargers/CP01'), 'read one'), 'allowed');
  } finally {
    goOffline(web);
    site.close();
    await database.kill();
  }
});

test.run();
