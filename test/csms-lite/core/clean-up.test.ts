import BetterSqlite3 from 'better-sqlite3';
import { telemetryFileOf } from 'csms-lite/store/dialect.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import { BOOT, runCsms } from './support/running-csms.js';

test('clean-up: messages older than the setting go, younger ones stay; it runs by the clock', async () => {
  // Every second: node-cron takes six fields.
  const running = await runCsms({ cleanUpSchedule: '* * * * * *', messageRetentionDays: 30 });
  try {
    for (const identity of ['OLD', 'YOUNG']) {
      const station = await running.connect(identity);
      await station.call('BootNotification', BOOT);
      station.drop();
    }
    await eventually(async () => (await running.csms.messages.list()).total === 4 || null, 'the log');
    const file = new BetterSqlite3(telemetryFileOf(running.databaseFile));
    file.prepare(`update message_block set until_ms = until_ms - ? where station_id = 'OLD'`).run(10 * 86_400_000);
    file.close();
    await running.csms.cleanUp();
    assert.is((await running.csms.messages.list()).total, 4, 'ten days are within thirty');
    await running.csms.settings.update({ messageRetentionDays: 7 }, 'test');
    await eventually(async () => (await running.csms.messages.list()).total === 2 || null, 'the clock');
    assert.is((await running.csms.messages.list()).items[0]?.chargePointId, 'YOUNG');
    assert.equal(running.errors, []);
  } finally {
    await running.close();
  }
});

test.run();
