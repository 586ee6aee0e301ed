import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import type { Json, ScriptedCallError } from '../../support/scripted-peer.js';
import { StationBench } from './bench.js';

const listed = (idTag: string, status = 'Accepted', more: Json = {}): Json => ({
  idTag,
  idTagInfo: { status, ...more },
});

async function send(
  bench: StationBench,
  listVersion: number,
  updateType: 'Full' | 'Differential',
  localAuthorizationList?: Json[],
): Promise<unknown> {
  const list = localAuthorizationList === undefined ? {} : { localAuthorizationList };
  return (await bench.peer.call('SendLocalList', { listVersion, updateType, ...list })).status;
}

const version = async (bench: StationBench): Promise<unknown> =>
  (await bench.peer.call('GetLocalListVersion', {})).listVersion;

test('TC_042, TC_043: versions; Full and Differential; -1 while it is off; version 0 with an empty Full clears', async () => {
  const bench = await StationBench.start();
  assert.is(await version(bench), 0, 'TC_042_2');
  assert.is(await send(bench, 1, 'Full', [listed('A'), listed('B')]), 'Accepted');
  assert.is(await version(bench), 1);
  assert.is(await send(bench, 2, 'Differential', [listed('C'), { idTag: 'a' }, listed('B', 'Blocked')]), 'Accepted');
  assert.is(await version(bench), 2);
  assert.is(await send(bench, 3, 'Differential'), 'Accepted', 'no change, a new version (§6.41)');
  assert.is(await version(bench), 3);
  await bench.restartStation();
  await bench.online();
  assert.is(await version(bench), 3, 'it outlives a restart');
  await bench.peer.call('ChangeConfiguration', { key: 'LocalAuthListEnabled', value: 'false' });
  assert.is(await version(bench), -1, 'TC_042_1');
  assert.is(await send(bench, 4, 'Full', []), 'NotSupported', 'TC_043_1');
  await bench.peer.call('ChangeConfiguration', { key: 'LocalAuthListEnabled', value: 'true' });
  assert.is(await send(bench, 0, 'Full', []), 'Accepted');
  assert.is(await version(bench), 0);
  assert.is(await send(bench, 7, 'Full'), 'Accepted');
  assert.is(await version(bench), 0, '§5.10: 0 says that it is empty');
  assert.is(await send(bench, 1, 'Differential', [listed('A')]), 'Accepted');
  await bench.stop();
});

test('TC_043_2, TC_043_3: VersionMismatch and Failed leave the old list as it was', async () => {
  const bench = await StationBench.start({
    configuration: { LocalAuthListMaxLength: '3', SendLocalListMaxLength: '2', LocalPreAuthorize: 'true' },
  });
  assert.is(await send(bench, 5, 'Full', [listed('A'), listed('B')]), 'Accepted');
  assert.is(await send(bench, 5, 'Differential', [listed('C')]), 'VersionMismatch', 'equal');
  assert.is(await send(bench, 4, 'Differential', [listed('C')]), 'VersionMismatch', 'lower');
  assert.is(await send(bench, 6, 'Full', [listed('C'), listed('D'), listed('E')]), 'Failed', 'SendLocalListMaxLength');
  assert.is(await send(bench, 6, 'Differential', [listed('C'), listed('D')]), 'Failed', 'LocalAuthListMaxLength');
  assert.is(await send(bench, 6, 'Full', [listed('C'), listed('c')]), 'Failed', 'twice, case does not matter');
  assert.is(await send(bench, 6, 'Full', [{ idTag: 'C' }]), 'Failed', 'Full needs idTagInfo');
  assert.is(await send(bench, -1, 'Full', []), 'Failed', 'errata 3.52');
  assert.is(await send(bench, 0, 'Full', [listed('C')]), 'Failed', 'errata 3.52');
  assert.is(await version(bench), 5);
  bench.connector().plugIn();
  bench.tap('A');
  await bench.status(1, 'Charging');
  assert.is(bench.central.calls('Authorize').length, 0, 'A is still in it');
  await bench.stop();
});

test('TC_008_1, TC_008_2: a tag of the list starts without Authorize, by card and remotely; a list of many is as quick', async () => {
  const bench = await StationBench.start({
    connectors: [{}, {}],
    configuration: { LocalPreAuthorize: 'true', AuthorizeRemoteTxRequests: 'true' },
  });
  const many = Array.from({ length: 10_000 }, (_, n) =>
    listed(`TAG${String(n).padStart(17, '0')}`, 'Accepted', {
      expiryDate: '2040-01-01T00:00:00.000Z',
      parentIdTag: 'FLEET',
    }),
  );
  assert.is(await send(bench, 1, 'Full', many), 'Accepted', '10,000 entries in one message');
  bench.connector(1).plugIn();
  bench.tap('tag00000000000009999', [1]);
  await bench.status(1, 'Charging');
  await bench.peer.call('RemoteStartTransaction', { idTag: 'TAG00000000000000001', connectorId: 2 });
  bench.connector(2).plugIn();
  await bench.status(2, 'Charging');
  assert.is(bench.central.calls('Authorize').length, 0);
  bench.tap('TAG00000000000000002', [1]);
  await bench.status(1, 'Finishing');
  assert.is(bench.central.calls('Authorize').length, 0, 'another card of the group ends it, by the list');
  await bench.stop();
});

test('§3.5.3: list before cache, and what is in the list is not in the cache', async () => {
  const bench = await StationBench.start({ configuration: { LocalPreAuthorize: 'true' } });
  bench.connector().plugIn();
  bench.tap('A');
  await bench.status(1, 'Charging');
  bench.tap('A');
  await bench.status(1, 'Finishing');
  bench.connector().plugOut();
  await bench.queueEmpty();
  assert.is(bench.central.calls('Authorize').length, 1, 'now A is in the cache');
  assert.is(await send(bench, 1, 'Full', [listed('A', 'Blocked'), listed('B')]), 'Accepted');
  bench.connector().plugIn();
  bench.tap('A');
  await bench.calls('Authorize', 2);
  await bench.status(1, 'Charging');
  bench.tap('A');
  await bench.status(1, 'Finishing');
  bench.connector().plugOut();
  assert.is(await send(bench, 2, 'Differential', [{ idTag: 'A' }]), 'Accepted');
  bench.connector().plugIn();
  bench.tap('A');
  await bench.calls('Authorize', 3);
  await bench.stop();
});

test('§3.5.4: offline, a tag of the list that is not Accepted or expired is refused though unknown tags may charge', async () => {
  const bench = await StationBench.start({ configuration: { AllowOfflineTxForUnknownId: 'true' } });
  const list = [
    listed('OLD', 'Accepted', { expiryDate: '2020-01-01T00:00:00Z' }),
    listed('BAD', 'Blocked'),
    listed('OK'),
  ];
  assert.is(await send(bench, 1, 'Full', list), 'Accepted');
  await bench.central.vanish();
  await eventually(() => bench.state?.csms.connected === false, 'offline');
  bench.connector().plugIn();
  const refusals = (): unknown[] =>
    bench.events.filter(({ type }) => type === 'CardRefused').map(({ data }) => data?.reason);
  bench.tap('OLD');
  await eventually(() => refusals().length === 1, 'a refusal');
  bench.tap('BAD');
  await eventually(() => refusals().length === 2, 'another');
  assert.equal(refusals(), ['Expired', 'Blocked']);
  bench.tap('OK');
  await eventually(() => bench.connector().isPowered, 'OK charges');
  await bench.stop();
});

test('§3.5.2: the central system contradicts the list: LocalListConflict on connector 0, until the list is brought up to date', async () => {
  const bench = await StationBench.create({ configuration: { LocalPreAuthorize: 'true' } });
  bench.central.on('StartTransaction', () => ({ transactionId: 7, idTagInfo: { status: 'Invalid' } }));
  await bench.startStation();
  await bench.online();
  assert.is(await send(bench, 1, 'Full', [listed('A')]), 'Accepted');
  bench.connector().plugIn();
  bench.tap('A');
  const errors = (): unknown[] =>
    bench.central
      .calls('StatusNotification')
      .flatMap(({ connectorId, errorCode }) => (connectorId === 0 ? [errorCode] : []));
  await eventually(() => errors().at(-1) === 'LocalListConflict', 'the conflict is told');
  assert.is(await send(bench, 2, 'Differential', [listed('A', 'Invalid')]), 'Accepted');
  await eventually(() => errors().at(-1) === 'NoError', 'and that it is over');
  assert.equal(errors(), ['NoError', 'LocalListConflict', 'NoError']);
  await bench.stop();
});

test('§3.5.2: a card that charges elsewhere (ConcurrentTx) contradicts nothing', async () => {
  const bench = await StationBench.create();
  bench.central.on('Authorize', () => ({ idTagInfo: { status: 'ConcurrentTx' } }));
  await bench.startStation();
  await bench.online();
  assert.is(await send(bench, 1, 'Full', [listed('A')]), 'Accepted');
  bench.connector().plugIn();
  bench.tap('A');
  await bench.event('CardRefused');
  assert.not.ok(bench.events.some(({ type }) => type === 'LocalListConflict'));
  await bench.stop();
});

test('LocalAuthListManagement off: CALLERROR NotSupported, no keys, and a list from before is not used', async () => {
  const bench = await StationBench.start({ featureProfiles: ['Core'] });
  for (const [action, payload] of [
    ['GetLocalListVersion', {}],
    ['SendLocalList', { listVersion: 1, updateType: 'Full' }],
  ] as const) {
    const error = await bench.peer.call(action, payload).catch((reason: unknown) => reason);
    assert.is((error as ScriptedCallError).code, 'NotSupported', action);
  }
  const answer = await bench.peer.call('GetConfiguration', { key: ['LocalAuthListEnabled'] });
  assert.equal(answer.unknownKey, ['LocalAuthListEnabled']);
  await bench.stop();
});

test.run();
