import type { WalletEntry } from 'csms-lite/core/wallets/wallet-service.js';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom } from '../../support/random.js';
import type { ScriptedPeer } from '../../support/scripted-peer.js';
import { at, BOOT, type RunningCsms, runCsms, start, stop } from '../core/support/running-csms.js';

const test = suite('wallets');
const SEED = Number(process.env.CSMS_SEED ?? Date.now() % 1_000_000);
let running: RunningCsms;
let cp: ScriptedPeer;

/** 0.50 EUR a kWh at every connector of the default site, 5.00 held. */
async function price(more: object = {}): Promise<number> {
  const tariff = await running.csms.tariffs.create({ name: 'Half', pricePerKwh: '0.50', hold: '5', ...more }, 'test');
  await running.csms.tariffs.assign({ siteId: 'default', tariffId: tariff.id }, 'test');
  return tariff.id;
}

async function driver(login: string, balanceMinor: number, floorMinor = 0): Promise<number> {
  const idTag = login.toUpperCase();
  await running.csms.tags.put(idTag, {}, 'test');
  const user = await running.csms.users.create({ login, idTags: [idTag] }, 'test');
  await running.csms.wallets.put(user.id, { enabled: true, floorMinor }, 'test');
  if (balanceMinor > 0) await running.csms.wallets.topUp(user.id, { amountMinor: balanceMinor }, 'test');
  return user.id;
}

/** Every entry's balance is the one before plus its change; the wallet is what its last entry says; nothing is below the floor. */
async function checkLedger(userId: number): Promise<WalletEntry[]> {
  const wallet = await running.csms.wallets.get(userId);
  const entries = (await running.csms.wallets.entries(userId, { limit: 1000 })).items.toReversed();
  let balance = 0;
  let held = 0;
  for (const entry of entries) {
    balance += entry.changeMinor;
    held += entry.heldChangeMinor;
    assert.is(entry.balanceMinor, balance);
    assert.is(entry.heldMinor, held);
    assert.ok(balance - held >= wallet.floorMinor, `${entry.kind} went below the floor`);
  }
  assert.is(wallet.balanceMinor, balance);
  assert.is(wallet.heldMinor, held);
  return entries;
}

const status = (answer: unknown): string => (answer as { idTagInfo: { status: string } }).idTagInfo.status;
const idOf = (answer: unknown): number => (answer as { transactionId: number }).transactionId;

test.before.each(async () => {
  running = await runCsms();
  cp = await running.connect('CP1');
  await cp.call('BootNotification', BOOT);
});
test.after.each(async () => {
  cp.drop();
  assert.equal(running.errors, []);
  await running.close();
});

test('a session: hold at the start, release and charge at the stop, to the cent', async () => {
  await price();
  const user = await driver('ann', 2000);
  const started = await cp.call('StartTransaction', start(1, 'ANN', 1000, at(0)));
  assert.is(status(started), 'Accepted');
  assert.is((await running.csms.wallets.get(user)).availableMinor, 1500);
  await cp.call('StopTransaction', stop(idOf(started), 8_401, at(30)));
  const entries = await checkLedger(user);
  assert.equal(
    entries.map(({ kind, changeMinor, heldChangeMinor }) => [kind, changeMinor, heldChangeMinor]),
    [
      ['top-up', 2000, 0],
      ['hold', 0, 500],
      ['release', 0, -500],
      // 7.401 kWh × 0.50 = 3.7005
      ['charge', -370, 0],
    ],
  );
  const cost = await running.csms.costs.get(idOf(started));
  assert.is(cost.cost?.totalMinor, 370);
  assert.is(cost.paidMinor, 370);
  assert.is(cost.isFinal, true);
});

test('too little for the hold: Blocked at Authorize and StartTransaction; the session is stored all the same', async () => {
  await price();
  const user = await driver('bob', 499);
  assert.is(status(await cp.call('Authorize', { idTag: 'BOB' })), 'Blocked');
  const started = await cp.call('StartTransaction', start(1, 'BOB', 0, at(0)));
  assert.is(status(started), 'Blocked');
  const session = await running.csms.transactions.get(idOf(started));
  assert.is(session.status, 'completed');
  assert.equal((await checkLedger(user)).length, 1, 'nothing was held');
  await running.csms.wallets.topUp(user, { amountMinor: 1 }, 'test');
  assert.is(status(await cp.call('Authorize', { idTag: 'BOB' })), 'Accepted');
});

test('without a wallet, with a disabled one, and where charging is free, nobody is refused', async () => {
  await running.csms.tags.put('CARD', {}, 'test');
  const poor = await driver('poor', 0);
  assert.is(status(await cp.call('StartTransaction', start(1, 'POOR', 0, at(0)))), 'Accepted', 'free');
  await price();
  assert.is(status(await cp.call('StartTransaction', start(2, 'CARD', 0, at(1)))), 'Accepted', 'no user');
  await running.csms.wallets.put(poor, { enabled: false }, 'test');
  assert.is(status(await cp.call('StartTransaction', start(3, 'POOR', 0, at(2)))), 'Accepted', 'disabled');
});

test('two starts at the same moment on two stations cannot both take the last of it', async () => {
  await price();
  const user = await driver('carl', 900);
  const other = await running.connect('CP2');
  const answers = await Promise.all([
    cp.call('StartTransaction', start(1, 'CARL', 0, at(0))),
    other.call('StartTransaction', start(1, 'CARL', 0, at(0))),
  ]);
  assert.equal(answers.map(status).toSorted(), ['Accepted', 'Blocked']);
  await checkLedger(user);
  other.drop();
});

test('a session dearer than the wallet: it is stored, the wallet stops at its floor, the rest is owed and paid by the next top-up', async () => {
  await price();
  const user = await driver('dora', 600, -100);
  const started = await cp.call('StartTransaction', start(1, 'DORA', 0, at(0)));
  await cp.call('StopTransaction', stop(idOf(started), 20_000, at(30)));
  let wallet = await running.csms.wallets.get(user);
  assert.equal([wallet.balanceMinor, wallet.owedMinor], [-100, 300]);
  assert.ok((await running.csms.transactions.get(idOf(started))).qualityFlags.includes('cost-unpaid'));
  assert.is(status(await cp.call('Authorize', { idTag: 'DORA' })), 'Blocked');

  await running.csms.wallets.topUp(user, { amountMinor: 1000 }, 'test');
  wallet = await running.csms.wallets.get(user);
  assert.equal([wallet.balanceMinor, wallet.owedMinor], [600, 0]);
  assert.not.ok((await running.csms.transactions.get(idOf(started))).qualityFlags.includes('cost-unpaid'));
  await checkLedger(user);
});

test('a repeated start or stop books nothing twice', async () => {
  await price();
  const user = await driver('eve', 2000);
  const started = await cp.call('StartTransaction', start(1, 'EVE', 0, at(0)));
  await cp.call('StartTransaction', start(1, 'EVE', 0, at(0)));
  await cp.call('StopTransaction', stop(idOf(started), 2000, at(30)));
  await cp.call('StopTransaction', stop(idOf(started), 2000, at(30)));
  await cp.call('StopTransaction', stop(idOf(started), 9000, at(31)));
  assert.equal(
    (await checkLedger(user)).map(({ kind }) => kind),
    ['top-up', 'hold', 'release', 'charge'],
  );
});

test('an estimated end is settled, and the stop that comes later books only the difference', async () => {
  await price();
  const user = await driver('finn', 2000);
  const started = await cp.call('StartTransaction', start(1, 'FINN', 0, at(0)));
  await running.csms.transactions.close(idOf(started), {}, 'test');
  assert.equal(
    (await checkLedger(user)).map(({ kind }) => kind),
    ['top-up', 'hold', 'release'],
  );
  await cp.call('StopTransaction', stop(idOf(started), 4000, at(30)));
  assert.is((await running.csms.wallets.get(user)).balanceMinor, 1800);
  await checkLedger(user);
});

test('an offline session of an empty wallet: the start is refused, what was charged is owed', async () => {
  await price();
  const user = await driver('gus', 100);
  const started = await cp.call('StartTransaction', start(1, 'GUS', 0, at(-3000)));
  assert.is(status(started), 'Blocked');
  await cp.call('StopTransaction', stop(idOf(started), 1000, at(-2000)));
  const wallet = await running.csms.wallets.get(user);
  assert.equal([wallet.balanceMinor, wallet.owedMinor], [50, 0]);
  assert.is((await running.csms.transactions.get(idOf(started))).energyWh, 1000);
});

test('the price is frozen at the start; a new version is for later starts', async () => {
  const tariff = await price();
  const user = await driver('hal', 5000);
  const first = await cp.call('StartTransaction', start(1, 'HAL', 0, at(0)));
  await running.csms.tariffs.change(tariff, { name: 'Dear', pricePerKwh: '5' }, 'test');
  await cp.call('StopTransaction', stop(idOf(first), 1000, at(10)));
  assert.is((await running.csms.costs.get(idOf(first))).cost?.totalMinor, 50);
  const second = await cp.call('StartTransaction', start(1, 'HAL', 1000, new Date(Date.now() + 1000).toISOString()));
  await cp.call('StopTransaction', stop(idOf(second), 2000, new Date(Date.now() + 2000).toISOString()));
  const cost = await running.csms.costs.get(idOf(second));
  assert.equal([cost.tariff?.version, cost.cost?.totalMinor], [2, 500]);
  await checkLedger(user);
});

test('idle fee: settled when the car has gone after the stop', async () => {
  await price({ pricePerKwh: '0', pricePerIdleMinute: '0.10' });
  const user = await driver('ida', 2000);
  const t = (seconds: number): string => new Date(Date.now() - 7_200_000 + seconds * 1000).toISOString();
  const report = (value: string, seconds: number): Promise<unknown> =>
    cp.call('StatusNotification', { connectorId: 1, status: value, errorCode: 'NoError', timestamp: t(seconds) });
  await running.csms.wallets.put(user, { enabled: true }, 'test');
  const started = await cp.call('StartTransaction', start(1, 'IDA', 0, t(0)));
  await report('Charging', 1);
  await report('SuspendedEV', 600);
  await cp.call('StopTransaction', stop(idOf(started), 100, t(1200)));
  let cost = await running.csms.costs.get(idOf(started));
  assert.equal([cost.cost?.totalMinor, cost.isFinal], [100, false]);
  await report('Finishing', 1201);
  await report('Available', 1800);
  cost = await running.csms.costs.get(idOf(started));
  assert.equal([cost.cost?.totalMinor, cost.paidMinor, cost.isFinal], [200, 200, true]);
  await checkLedger(user);
});

test('a clock that was set during the session does not bill decades', async () => {
  await price({ pricePerKwh: '0', pricePerMinute: '1' });
  const user = await driver('jan', 2000);
  const started = await cp.call('StartTransaction', start(1, 'JAN', 0, '1970-01-01T00:00:10Z'));
  await cp.call('StopTransaction', stop(idOf(started), 100, new Date().toISOString()));
  assert.ok(((await running.csms.costs.get(idOf(started))).cost?.totalMinor ?? 999) < 100);
  await checkLedger(user);
});

test('a top-up with the same reference is booked once; another amount under it is refused', async () => {
  const user = await driver('kim', 0);
  const booking = { amountMinor: 500, reference: 'order-1' };
  const [a, b] = await Promise.all([
    running.csms.wallets.topUp(user, booking, 'test'),
    running.csms.wallets.topUp(user, booking, 'test'),
  ]);
  assert.is(a.id, b.id);
  assert.is((await running.csms.wallets.get(user)).balanceMinor, 500);
  const refused = await running.csms.wallets
    .topUp(user, { amountMinor: 501, reference: 'order-1' }, 'test')
    .catch((error: { code: string }) => error.code);
  assert.is(refused, 'already_exists');
  const below = await running.csms.wallets
    .adjust(user, { amountMinor: -501, note: 'too much' }, 'test')
    .catch((error: { code: string }) => error.code);
  assert.is(below, 'insufficient_balance');
});

test('property: whatever happens to sessions and wallets, every ledger adds up and none is below its floor', async () => {
  const random = createRandom(SEED);
  await price({ pricePerSession: '0.33', hold: '2' });
  const users = [await driver('p0', 1000), await driver('p1', 300, -200), await driver('p2', 5000)];
  const open: { id: number; meter: number; second: number }[] = [];
  let second = -50_000;
  for (let round = 0; round < 120; round += 1) {
    second += 10;
    const user = random.integer(0, 2);
    const dice = random.next();
    if (dice < 0.45) {
      const meter = random.integer(0, 100_000);
      const started = await cp.call('StartTransaction', start(random.integer(1, 4), `P${user}`, meter, at(second)));
      open.push({ id: idOf(started), meter, second });
    } else if (dice < 0.85 && open.length > 0) {
      const index = random.integer(0, open.length - 1);
      const session = open[index];
      if (session !== undefined)
        await cp.call('StopTransaction', stop(session.id, session.meter + random.integer(0, 20_000), at(second)));
      // Sometimes it is told again, with another end.
      if (random.next() < 0.7) open.splice(index, 1);
    } else if (dice < 0.95)
      await running.csms.wallets.topUp(users[user] ?? 0, { amountMinor: random.integer(1, 800) }, 'test');
    else
      await running.csms.wallets
        .adjust(users[user] ?? 0, { amountMinor: -random.integer(1, 800), note: 'out' }, 'test')
        .catch((error: { code: string }) => assert.is(error.code, 'insufficient_balance'));
  }
  for (const user of users) {
    const entries = await checkLedger(user);
    // What was paid is what the sessions cost, less what they owe.
    const wallet = await running.csms.wallets.get(user);
    const sessions = (await running.csms.transactions.list({ limit: 1000, status: 'completed' })).items;
    let cost = 0;
    for (const { id } of sessions) {
      const bill = await running.csms.costs.get(id);
      if (bill.userId === user) cost += bill.cost?.totalMinor ?? 0;
      if (bill.userId === user) assert.is(bill.heldMinor, 0, 'a finished session holds nothing');
    }
    const paid = -entries
      .filter(({ kind }) => kind === 'charge' || kind === 'refund')
      .reduce((sum, entry) => sum + entry.changeMinor, 0);
    assert.is(paid + wallet.owedMinor, cost, `CSMS_SEED=${SEED}`);
  }
});

test.run();
