import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import { StationBench } from './bench.js';

test('TC_003: cable first; Authorize, StartTransaction, Charging; same card stops without Authorize (TC_068)', async () => {
  const bench = await StationBench.start();
  const connector = bench.connector();
  connector.plugIn();
  await bench.status(1, 'Preparing');
  bench.tap('A1B2C3D4');
  await bench.status(1, 'Charging');
  await bench.calls('StartTransaction', 1);
  await bench.queueEmpty();
  assert.equal(bench.actions('Authorize', 'StartTransaction'), ['Authorize', 'StartTransaction']);
  const [start] = bench.central.calls('StartTransaction');
  assert.equal(start?.connectorId, 1);
  assert.equal(start?.idTag, 'A1B2C3D4');
  assert.equal(start?.meterStart, 1000);

  connector.energyWh = 1500;
  bench.tap('a1b2c3d4');
  const [stop] = await bench.calls('StopTransaction', 1);
  await bench.status(1, 'Finishing');
  assert.equal(stop?.transactionId, 1);
  assert.equal(stop?.meterStop, 1500);
  assert.equal(stop?.reason, 'Local');
  assert.is(stop?.transactionData, undefined, 'errata 3.14.5: no transactionData while both lists are empty');
  assert.is(bench.central.calls('Authorize').length, 1);
  connector.plugOut();
  await bench.status(1, 'Available');
  assert.equal(bench.statuses(1), ['Available', 'Preparing', 'Charging', 'Finishing', 'Available']);
  await bench.stop();
});

test('No power before StartTransaction is on disk: `recorded` follows the commit', async () => {
  const bench = await StationBench.start();
  const connector = bench.connector();
  connector.hears = false;
  connector.plugIn();
  bench.tap('A1');
  await bench.calls('StartTransaction', 1);
  assert.is(connector.isPowered, false);
  connector.hears = true;
  connector.receive({ t: 'resend' });
  await eventually(() => connector.isPowered, 'power');
  await bench.queueEmpty();
  assert.is(bench.central.calls('StartTransaction').length, 1, 'the repeated record owes nothing again');
  await bench.stop();
});

test('TC_004_1: identification first; the cable starts the session', async () => {
  const bench = await StationBench.start();
  bench.tap('A1');
  await bench.status(1, 'Preparing');
  assert.is(bench.central.calls('StartTransaction').length, 0);
  bench.connector().plugIn();
  await bench.status(1, 'Charging');
  await bench.calls('StartTransaction', 1);
  await bench.stop();
});

test('A connector without a plug sensor starts on the tap alone', async () => {
  const bench = await StationBench.start({ connectors: [{ hasPlugSensor: false }] });
  bench.tap('A1');
  await bench.status(1, 'Charging');
  bench.tap('A1');
  await bench.calls('StopTransaction', 1);
  await bench.status(1, 'Available');
  await bench.stop();
});

test('TC_069: another card of the same parentIdTag stops after Authorize', async () => {
  const bench = await StationBench.create();
  bench.central.on('Authorize', { idTagInfo: { status: 'Accepted', parentIdTag: 'FAMILY' } });
  await bench.startStation();
  await bench.online();
  bench.connector().plugIn();
  bench.tap('MOTHER');
  await bench.status(1, 'Charging');
  await bench.calls('StartTransaction', 1);
  bench.tap('DAUGHTER');
  const [stop] = await bench.calls('StopTransaction', 1);
  assert.is(stop?.idTag, 'DAUGHTER');
  assert.is(stop?.reason, 'Local');
  assert.equal(
    bench.central.calls('Authorize').map(({ idTag }) => idTag),
    ['MOTHER', 'DAUGHTER'],
  );
  await bench.stop();
});

test('A stranger cannot stop: refusal with reason and hint', async () => {
  const bench = await StationBench.start();
  bench.connector().plugIn();
  bench.tap('MINE');
  await bench.status(1, 'Charging');
  bench.tap('YOURS');
  const refused = await bench.event('CardRefused');
  assert.is(refused.data?.reason, 'Busy');
  assert.ok(String(refused.data?.hint).length > 10);
  assert.is(bench.central.calls('StopTransaction').length, 0);
  await bench.stop();
});

test('TC_007_1: LocalPreAuthorize and a cached tag: no Authorize before StartTransaction', async () => {
  const bench = await StationBench.start({ configuration: { LocalPreAuthorize: 'true' } });
  const connector = bench.connector();
  connector.plugIn();
  bench.tap('A1');
  await bench.status(1, 'Charging');
  bench.tap('A1');
  await bench.calls('StopTransaction', 1);
  connector.plugOut();
  connector.plugIn();
  bench.tap('A1');
  await bench.calls('StartTransaction', 2);
  assert.is(bench.central.calls('Authorize').length, 1);
  await bench.stop();
});

test('TC_061: ClearCache Accepted; the next tap must be authorised again; Rejected without a cache (errata 3.23)', async () => {
  const bench = await StationBench.start({ configuration: { LocalPreAuthorize: 'true' } });
  const connector = bench.connector();
  connector.plugIn();
  bench.tap('A1');
  await bench.status(1, 'Charging');
  bench.tap('A1');
  await bench.calls('StopTransaction', 1);
  await bench.queueEmpty();
  assert.equal(await bench.peer.call('ClearCache'), { status: 'Accepted' });
  connector.plugOut();
  connector.plugIn();
  bench.tap('A1');
  await bench.calls('StartTransaction', 2);
  assert.is(bench.central.calls('Authorize').length, 2);
  await bench.peer.call('ChangeConfiguration', { key: 'AuthorizationCacheEnabled', value: 'false' });
  assert.equal(await bench.peer.call('ClearCache'), { status: 'Rejected' });
  await bench.stop();
});

test('TC_023: Authorize Invalid, Blocked, Expired: no session', async () => {
  for (const status of ['Invalid', 'Blocked', 'Expired']) {
    const bench = await StationBench.create({ configuration: { LocalPreAuthorize: 'true' } });
    bench.central.on('Authorize', { idTagInfo: { status } });
    await bench.startStation();
    await bench.online();
    bench.connector().plugIn();
    bench.tap('A1');
    const refused = await bench.event('CardRefused');
    assert.is(refused.data?.reason, status);
    assert.is(bench.connector().transaction, null);
    // §3.5.1: a tag that the cache knows as not valid is asked for again.
    bench.tap('A1');
    await bench.calls('Authorize', 2);
    await bench.stop();
  }
});

test('§3.5: no answer to Authorize in time: the offline rules decide', async () => {
  const bench = await StationBench.create({
    configuration: { AllowOfflineTxForUnknownId: 'true' },
  });
  bench.central.on('Authorize', () => undefined);
  await bench.startStation();
  await bench.online();
  await bench.peer.call('ChangeConfiguration', { key: 'MessageTimeout', value: '1' });
  bench.connector().plugIn();
  bench.tap('A1');
  await bench.status(1, 'Charging');
  await bench.calls('StartTransaction', 1);
  await bench.stop();
});

test('Two connectors, one reader: the newest cable is meant; connectorIds filters', async () => {
  const bench = await StationBench.start({ connectors: [{}, {}] });
  bench.tap('A1');
  assert.is((await bench.event('CardRefused')).data?.reason, 'Ambiguous');
  bench.connector(2).plugIn();
  await new Promise((resolve) => setTimeout(resolve, 5));
  bench.connector(1).plugIn();
  bench.tap('A1');
  await bench.status(1, 'Charging');
  bench.tap('B2');
  await bench.status(2, 'Charging');
  bench.tap('B2', [1]);
  await eventually(
    () => bench.events.filter(({ type }) => type === 'CardRefused').at(-1)?.data?.reason === 'Busy',
    'refusal of B2 on connector 1',
  );
  await bench.stop();
});

test.run();
