import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { at, BOOT, meter, runCsms, start, stop } from '../core/support/running-csms.js';

const test = suite('the limit of a wallet');

test('a running session is told to stop, once, when its cost reaches what the wallet can bear; audit and flag say why', async () => {
  const running = await runCsms();
  const cp = await running.connect('CP1');
  await cp.call('BootNotification', BOOT);
  // 0.50 EUR a kWh, 5.00 held, 7.00 in the wallet.
  const { csms } = running;
  const tariff = await csms.tariffs.create({ name: 'Half', pricePerKwh: '0.50', hold: '5' }, 'test');
  await csms.tariffs.assign({ siteId: 'default', tariffId: tariff.id }, 'test');
  await csms.tags.put('FAY', {}, 'test');
  const { id: user } = await csms.users.create({ login: 'fay', idTags: ['FAY'] }, 'test');
  await csms.wallets.put(user, { enabled: true, floorMinor: 0 }, 'test');
  await csms.wallets.topUp(user, { amountMinor: 700 }, 'test');
  const { transactionId } = await cp.call('StartTransaction', start(1, 'FAY', 0, at(0)));
  const id = Number(transactionId);
  const flagsOfSession = async (): Promise<string[]> => (await csms.transactions.get(id)).qualityFlags;
  // 13.9 kWh × 0.50 = 6.95: the hold of 5.00 and 1.95 of the other 2.00.
  await cp.call('MeterValues', meter(1, at(1), 13_900, { transactionId: id }));
  await cp.expectNoCall('RemoteStopTransaction', 1200);
  assert.equal(await flagsOfSession(), []);
  await sleep(1500);
  await cp.call('MeterValues', meter(1, at(2), 14_000, { transactionId: id }));
  const call = await cp.expectCall('RemoteStopTransaction');
  assert.equal(call.payload, { transactionId: id });
  call.answer({ status: 'Accepted' });
  assert.equal(await flagsOfSession(), ['wallet-limit']);
  const [entry] = (await csms.records.audit({ limit: 1000 })).items.filter(
    ({ action }) => action === 'transaction.wallet-limit',
  );
  assert.equal([entry?.subject, entry?.actor], [String(id), 'system']);
  assert.equal(entry?.details, { costMinor: 700, limitMinor: 700, walletId: 1 });
  // It goes on for a while: it is not told again.
  await sleep(2100);
  await cp.call('MeterValues', meter(1, at(3), 14_200, { transactionId: id }));
  await cp.expectNoCall('RemoteStopTransaction', 1500);
  await cp.call('StopTransaction', stop(id, 14_200, at(4), { reason: 'Remote' }));
  const wallet = await csms.wallets.get(user);
  assert.equal([wallet.availableMinor, wallet.owedMinor], [0, 10]);
  assert.equal(await flagsOfSession(), ['cost-unpaid', 'wallet-limit']);
  cp.drop();
  assert.equal(running.errors, []);
  await running.close();
});

test.run();
