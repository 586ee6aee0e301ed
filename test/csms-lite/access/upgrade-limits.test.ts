import { createUpgradeLimits } from 'csms-lite/core/access/upgrade-limits.js';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { UpgradeRefused } from '../../support/scripted-charge-point.js';
import { BOOT, runCsms } from '../core/support/running-csms.js';

const test = suite('upgrade limits');

async function status(work: Promise<unknown>): Promise<number> {
  return await work.then(
    () => 101,
    (error: UpgradeRefused) => error.httpStatus,
  );
}

test('a password guesser gets 429, costs no scrypt and no row any more; others are served as before', async () => {
  const running = await runCsms({ upgradeLimits: { failuresPerIdentity: { burst: 3, perSecond: 0.001 } } });
  try {
    await running.csms.stations.put('CP1', { password: 'correct horse' }, 'test');
    await running.csms.stations.put('CP2', { password: 'battery staple' }, 'test');
    const before = await running.connect('CP1', { password: 'correct horse' });
    const answers: number[] = [];
    for (let guess = 0; guess < 6; guess += 1)
      answers.push(await status(running.connect('CP1', { password: `guess${guess}` })));
    assert.equal(answers, [401, 401, 401, 429, 429, 429]);
    assert.is((await running.csms.knocks.list()).items[0]?.count, 3, 'what is not looked at is not written down');
    assert.is(await status(running.connect('CP2', { password: 'battery staple' })), 101);
    assert.ok(await before.call('BootNotification', BOOT), 'the charge point itself goes on');
  } finally {
    await running.close();
  }
});

test('a flood of broken URLs and ids does not fill the list of knocks', async () => {
  const running = await runCsms({
    acceptUnknownStations: false,
    upgradeLimits: { failures: { burst: 5, perSecond: 0.001 } },
  });
  try {
    const answers = [];
    for (let n = 0; n < 8; n += 1) answers.push(await status(running.connect(`STRANGER-${n}`)));
    assert.equal(answers, [404, 404, 404, 404, 404, 429, 429, 429]);
    assert.is((await running.csms.knocks.list()).total, 5);
  } finally {
    await running.close();
  }
});

test('good connections never use up anything: a fleet comes back as often as it likes', () => {
  const limits = createUpgradeLimits(() => 0);
  for (let n = 0; n < 5000; n += 1) assert.ok(limits.admits('127.0.0.1', `CP${n % 20}`));
  // From elsewhere there is a limit to floods, far above any fleet.
  let admitted = 0;
  for (let n = 0; n < 5000; n += 1) if (limits.admits('192.0.2.1', `CP${n}`)) admitted += 1;
  assert.is(admitted, 2000);
  assert.ok(limits.admits('192.0.2.2', 'CP1'));
});

test.run();
