import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { ScriptedPeer } from '../../support/scripted-peer.js';
import { at, type RunningCsms, runCsms, start, stop } from './support/running-csms.js';

const test = suite('assigned profiles and permissions');
let running: RunningCsms;
let station: ScriptedPeer;
const chargingSchedule = { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 10 }] };

test.before.each(async () => {
  running = await runCsms({ callTimeoutMs: 20_000 });
  station = await running.connect('CP1');
});
test.after.each(() => running.close());

async function send(name: string, body: object): Promise<void> {
  await running.csms.commands.send('CP1', name, body, { actor: 'test' });
}

async function assigned(): Promise<number[]> {
  const list = await running.csms.chargingProfiles.assignments('CP1');
  return list.map((one) => one.chargingProfileId).sort((a, b) => a - b);
}

test('§5.16.2 a profile is assigned when it was accepted, replaced by its like, cleared, and ends with its transaction', async () => {
  const { chargingProfiles, tags } = running.csms;
  await tags.put('TAG', {}, 'test');
  for (const [id, purpose, stackLevel] of [
    [1, 'TxDefaultProfile', 0],
    [2, 'TxDefaultProfile', 0],
    [3, 'TxDefaultProfile', 1],
    [4, 'TxProfile', 0],
  ] as const)
    await chargingProfiles.put(
      id,
      { name: 'p', chargingProfilePurpose: purpose, stackLevel, chargingSchedule },
      'test',
    );
  station.on('SetChargingProfile', { status: 'Rejected' });
  await send('set-charging-profile', { connectorId: 1, chargingProfileId: 1 });
  assert.equal(await assigned(), []);
  station.on('SetChargingProfile', { status: 'Accepted' });
  await send('set-charging-profile', { connectorId: 1, chargingProfileId: 1 });
  await send('set-charging-profile', { connectorId: 1, chargingProfileId: 3 });
  assert.equal(await assigned(), [1, 3]);
  // Same purpose, level and connector: instead of the first.
  await send('set-charging-profile', { connectorId: 1, chargingProfileId: 2 });
  assert.equal(await assigned(), [2, 3]);
  const { transactionId } = await station.call('StartTransaction', start(1, 'TAG', 0, at(0)));
  await send('set-charging-profile', { connectorId: 1, chargingProfileId: 4, transactionId });
  assert.equal(await assigned(), [2, 3, 4]);
  await station.call('StopTransaction', stop(transactionId, 10, at(5)));
  assert.equal(await assigned(), [2, 3]);
  station.on('ClearChargingProfile', { status: 'Accepted' });
  await send('clear-charging-profile', { stackLevel: 1, connectorId: 1 });
  assert.equal(await assigned(), [2]);
  station.on('ClearChargingProfile', { status: 'Unknown' });
  await send('clear-charging-profile', { chargingProfileId: 2 });
  assert.equal(await assigned(), [], 'it says that it has none');
});

test('a profile can be given whole instead of stored; one of both must be there', async () => {
  station.on('SetChargingProfile', { status: 'Accepted' });
  const kinds = { chargingProfilePurpose: 'TxDefaultProfile', chargingProfileKind: 'Relative', stackLevel: 0 };
  const chargingProfile = { chargingProfileId: 77, ...kinds, chargingSchedule };
  await send('set-charging-profile', { connectorId: 0, chargingProfile });
  assert.equal(station.calls('SetChargingProfile')[0]?.csChargingProfiles, chargingProfile);
  assert.equal(await assigned(), [77]);
  for (const body of [{ connectorId: 0 }, { connectorId: 0, chargingProfileId: 1, chargingProfile }]) {
    const code = await send('set-charging-profile', body).catch((error) => error.code);
    assert.is(code, 'invalid_request');
  }
});

test('a tag may be for some charge points only: Blocked elsewhere, and its stop is taken everywhere', async () => {
  const { tags } = running.csms;
  const other = await running.connect('CP2');
  await tags.put('HERE', { allowedStations: ['CP1'] }, 'test');
  const status = async (peer: ScriptedPeer, idTag: string): Promise<unknown> =>
    ((await peer.call('Authorize', { idTag })).idTagInfo as { status: unknown }).status;
  assert.equal([await status(station, 'HERE'), await status(other, 'here')], ['Accepted', 'Blocked']);
  const refused = await other.call('StartTransaction', start(1, 'HERE', 0, at(0)));
  assert.equal(refused.idTagInfo, { status: 'Blocked' });
  assert.is((await running.csms.transactions.list({ status: 'active' })).total, 0);
  const { transactionId } = await station.call('StartTransaction', start(1, 'HERE', 0, at(0)));
  await tags.put('HERE', { allowedStations: ['CP2'] }, 'test');
  const ended = await station.call('StopTransaction', stop(transactionId, 10, at(5), { idTag: 'HERE' }));
  assert.equal(ended.idTagInfo, { status: 'Accepted' });
  await tags.put('HERE', {}, 'test');
  assert.is(await status(other, 'HERE'), 'Accepted', 'null: everywhere');
});

test.run();
