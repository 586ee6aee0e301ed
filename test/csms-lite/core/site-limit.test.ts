import { MINIMUM_MA, shareCurrent } from 'csms-lite/core/sites/share.js';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import { createRandom } from '../../support/random.js';
import type { Json, ScriptedPeer } from '../../support/scripted-peer.js';
import { at, BOOT, type RunningCsms, runCsms, start, stop } from './support/running-csms.js';

const test = suite('site limit');
let running: RunningCsms;

test.before.each(async () => {
  running = await runCsms({ callTimeoutMs: 20_000 });
  await running.csms.tags.put('TAG', {}, 'test');
});
test.after.each(() => running.close());

test('share, pure: equal, at least 6 A or nothing, never more than the limit, the first come first', () => {
  const sessions = (count: number) => Array.from({ length: count }, (_, key) => ({ key, startedAtMs: key }));
  const shares = (limitMa: number, count: number) => [...shareCurrent(limitMa, sessions(count)).values()];
  assert.equal(shares(32_000, 0), []);
  assert.equal(shares(32_000, 1), [32_000]);
  assert.equal(shares(32_000, 2), [16_000, 16_000]);
  assert.equal(shares(32_000, 3), [10_600, 10_600, 10_600]);
  assert.equal(shares(20_000, 4), [6600, 6600, 6600, 0]);
  assert.equal(shares(5000, 2), [0, 0]);
  const random = createRandom(7);
  for (let round = 0; round < 500; round += 1) {
    const limitMa = random.integer(0, 200_000);
    const given = shares(limitMa, random.integer(0, 12));
    assert.ok(given.reduce((sum, one) => sum + one, 0) <= limitMa);
    assert.ok(given.every((one) => one === 0 || one >= MINIMUM_MA));
    assert.equal(
      given,
      given.toSorted((a, b) => b - a),
      'who came first is served first',
    );
  }
});

/** A charge point that keeps the limits that it was given. */
class Limited {
  readonly peer: ScriptedPeer;
  readonly limits = new Map<string, number>();

  constructor(peer: ScriptedPeer) {
    this.peer = peer;
    peer.on('GetConfiguration', {
      configurationKey: [{ key: 'ChargeProfileMaxStackLevel', readonly: true, value: '7' }],
    });
    peer.on('ClearChargingProfile', { status: 'Accepted' });
    peer.on('SetChargingProfile', ({ payload }) => {
      const profile = payload.csChargingProfiles as Json;
      assert.is(profile.stackLevel, 7, 'above everybody’s');
      const schedule = profile.chargingSchedule as { chargingRateUnit: string; chargingSchedulePeriod: Json[] };
      assert.is(schedule.chargingRateUnit, 'A');
      const limit = Number(schedule.chargingSchedulePeriod[0]?.limit);
      this.limits.set(profile.transactionId === undefined ? 'default' : String(profile.transactionId), limit);
      return { status: 'Accepted' };
    });
  }
}

async function limited(id: string): Promise<Limited> {
  const charger = new Limited(await running.connect(id));
  await charger.peer.call('BootNotification', BOOT);
  return charger;
}

async function begin(charger: Limited, connectorId: number, second: number): Promise<number> {
  const answer = await charger.peer.call('StartTransaction', start(connectorId, 'TAG', 0, at(second)));
  return Number(answer.transactionId);
}

async function until(what: string, holds: () => boolean): Promise<void> {
  await eventually(() => (holds() ? true : null), what);
}

test('two charge points of a site share 32 A; the shares follow every start, stop and change of the limit', async () => {
  const { sites, stations } = running.csms;
  await sites.put('garage', { name: 'Garage', limitMa: 32_000 }, 'test');
  const [one, two, outside] = [await limited('CP1'), await limited('CP2'), await limited('OUTSIDE')];
  for (const id of ['CP1', 'CP2']) await stations.put(id, { siteId: 'garage' }, 'test');
  const first = await begin(one, 1, 0);
  await until('the first alone has all', () => one.limits.get(String(first)) === 32);
  assert.is(one.limits.get('default'), 6);
  const second = await begin(two, 1, 1);
  await until('half each', () => one.limits.get(String(first)) === 16 && two.limits.get(String(second)) === 16);
  const third = await begin(one, 2, 2);
  await until('a third each', () => one.limits.get(String(third)) === 10.6 && two.limits.get(String(second)) === 10.6);
  // A limit counts as applied once its answer has come.
  await eventually(async () => {
    const allocations = await running.csms.siteLimits.allocations('garage');
    return allocations.length === 3 && allocations.every((each) => each.limitMa === 10_600 && each.applied);
  }, 'all three applied');

  await sites.put('garage', { limitMa: 13_000 }, 'test');
  await until('the last waits', () => one.limits.get(String(third)) === 0 && one.limits.get(String(first)) === 6.5);
  await one.peer.call('StopTransaction', stop(first, 100, at(10)));
  await until('the waiting one goes on', () => one.limits.get(String(third)) === 6.5);
  await sites.put('garage', { limitMa: null }, 'test');
  await until('profiles are taken away', () => two.peer.calls('ClearChargingProfile').length >= 2);
  assert.equal(outside.peer.calls('SetChargingProfile'), [], 'another site is left alone');
});

test('down before up: a charge point that refuses to go down keeps the others from rising', async () => {
  const { sites } = running.csms;
  await sites.put('default', { limitMa: 20_000 }, 'test');
  const [one, two] = [await limited('CP1'), await limited('CP2')];
  const first = await begin(one, 1, 0);
  await until('alone', () => one.limits.get(String(first)) === 20);
  one.peer.on('SetChargingProfile', { status: 'Rejected' });
  const second = await begin(two, 1, 1);
  await until('asked', () => one.peer.calls('SetChargingProfile').length >= 3);
  await two.peer.expectNoCall('SetChargingProfile', 300);
  assert.is(two.limits.get(String(second)), undefined, 'it stays at its 6 A default');
  assert.is(two.limits.get('default'), 6);
  const shown = await running.csms.siteLimits.allocations('default');
  assert.equal(
    shown.map((each) => each.applied),
    [false, false],
  );
});

test('after a boot the charge point is told anew', async () => {
  await running.csms.sites.put('default', { limitMa: 16_000 }, 'test');
  const charger = await limited('CP1');
  const transactionId = await begin(charger, 1, 0);
  await until('limited', () => charger.limits.get(String(transactionId)) === 16);
  charger.limits.clear();
  await charger.peer.call('BootNotification', BOOT);
  await until(
    'told again',
    () => charger.limits.get(String(transactionId)) === 16 && charger.limits.get('default') === 6,
  );
});

test('sites: an id with a space, a missing one and one with charge points', async () => {
  const { sites, stations } = running.csms;
  const code = (work: Promise<unknown>) =>
    work.then(
      () => 'done',
      (error: { code: string }) => error.code,
    );
  assert.is(await code(sites.put('a b', {}, 'test')), 'invalid_request');
  assert.is(await code(sites.get('nowhere')), 'site_not_found');
  assert.is(await code(stations.put('CP1', { siteId: 'nowhere' }, 'test')), 'site_not_found');
  await sites.put('depot', {}, 'test');
  await stations.put('CP1', { siteId: 'depot' }, 'test');
  assert.equal((await sites.get('depot')).chargePointIds, ['CP1']);
  assert.is(await code(sites.remove('depot', 'test')), 'site_not_empty');
  await stations.put('CP1', { siteId: 'default' }, 'test');
  await sites.remove('depot', 'test');
  assert.is(await code(sites.remove('default', 'test')), 'site_not_empty');
});

test.run();
