/** Local authorization list (OCTT cases for a Central System). */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Bench, openBench } from './bench.js';

const test = suite('certification: local list');
let bench: Bench;

test.before(async () => {
  bench = await openBench();
  await bench.tag('VALID1', { status: 'Accepted', parentIdTag: 'GROUP1', expiryDate: '2099-01-01T00:00:00Z' });
  await bench.tag('BLOCKED1', { status: 'Blocked' });
});
test.after(() => bench.close());

test('TC_008_1 and TC_008_2 an id of the local list: started there and from here, no Authorize', async () => {
  const station = await bench.station();
  const body = { listVersion: 1, updateType: 'Full', localAuthorizationList: [{ idTag: 'VALID1' }] };
  const { wire } = await station.command('send-local-list', body, 'SendLocalList');
  const idTagInfo = { expiryDate: '2099-01-01T00:00:00.000Z', parentIdTag: 'GROUP1', status: 'Accepted' };
  assert.equal(wire, { listVersion: 1, localAuthorizationList: [{ idTag: 'VALID1', idTagInfo }], updateType: 'Full' });
  const local = await station.start('VALID1');
  assert.equal(local.info, idTagInfo);
  await station.stop(local.transactionId, 1100);
  await station.command('remote-start', { idTag: 'VALID1', connectorId: 1 }, 'RemoteStartTransaction');
  assert.is((await station.start('VALID1', { meterStart: 1100 })).status, 'Accepted');
});

for (const [number, listVersion, what] of [
  ['042_1', -1, 'not supported'],
  ['042_2', 0, 'empty'],
] as const)
  test(`TC_${number} get local list version: ${what}`, async () => {
    const station = await bench.station();
    const answer = { listVersion };
    assert.equal((await station.command('get-local-list-version', {}, 'GetLocalListVersion', answer)).wire, {});
  });

for (const [number, status] of [
  ['043_1', 'NotSupported'],
  ['043_2', 'VersionMismatch'],
  ['043_3', 'Failed'],
] as const)
  test(`TC_${number} send local list: ${status}; nothing is vetoed here`, async () => {
    const station = await bench.station();
    const list = { localAuthorizationList: [{ idTag: 'X', status: 'Accepted' }] };
    await station.command('send-local-list', { listVersion: 5, updateType: 'Full', ...list }, 'SendLocalList');
    // The version that it has, and a lower one: the charge point decides.
    for (const listVersion of [5, 4]) {
      const body = { listVersion, updateType: 'Differential', ...list };
      const { wire } = await station.command('send-local-list', body, 'SendLocalList', { status });
      assert.is(wire.listVersion, listVersion);
    }
    assert.is((await station.shown()).localListVersion, 5);
  });

test('TC_043_4 full list: exactly the given entries', async () => {
  const station = await bench.station();
  const entries = [
    { idTag: 'VALID1' },
    { idTag: 'BLOCKED1' },
    { idTag: 'GIVEN', status: 'Blocked', expiryDate: '2030-01-01T00:00:00Z', parentIdTag: 'P' },
  ];
  const body = { listVersion: 7, updateType: 'Full', localAuthorizationList: entries };
  const { wire } = await station.command('send-local-list', body, 'SendLocalList');
  assert.equal(wire, {
    listVersion: 7,
    localAuthorizationList: [
      {
        idTag: 'VALID1',
        idTagInfo: { expiryDate: '2099-01-01T00:00:00.000Z', parentIdTag: 'GROUP1', status: 'Accepted' },
      },
      { idTag: 'BLOCKED1', idTagInfo: { status: 'Blocked' } },
      { idTag: 'GIVEN', idTagInfo: { expiryDate: '2030-01-01T00:00:00Z', parentIdTag: 'P', status: 'Blocked' } },
    ],
    updateType: 'Full',
  });
  const version = await station.command('get-local-list-version', {}, 'GetLocalListVersion', { listVersion: 7 });
  assert.equal(version.command.response, { listVersion: 7 });
});

test('TC_043_5 differential list: additions with, removals without idTagInfo; no list at all stays no list', async () => {
  const station = await bench.station();
  const list = [{ idTag: 'VALID1' }, { idTag: 'REMOVED' }];
  const body = { listVersion: 8, updateType: 'Differential', localAuthorizationList: list };
  const { wire } = await station.command('send-local-list', body, 'SendLocalList');
  assert.equal((wire.localAuthorizationList as object[])[1], { idTag: 'REMOVED' });
  const bare = await station.command('send-local-list', { listVersion: 9, updateType: 'Full' }, 'SendLocalList');
  assert.equal(bare.wire, { listVersion: 9, updateType: 'Full' });
});

test.run();
