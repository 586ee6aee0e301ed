import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Json } from '../../support/scripted-peer.js';
import { at, type RunningCsms, runCsms, start, stop } from './support/running-csms.js';

const test = suite('authorization');
let running: RunningCsms;

test.before.each(async () => {
  running = await runCsms();
});
test.after.each(() => running.close());

function info(answer: Json): Json {
  return answer.idTagInfo as Json;
}

test('§4.1: Accepted, Blocked, Expired for a past date, Invalid for unknown', async () => {
  const { tags } = running.csms;
  const tomorrow = Date.now() + 86_400_000;
  await tags.put('GOOD', { expiryDateMs: tomorrow, parentIdTag: 'FAMILY' }, 'test');
  await tags.put('BLOCKED', { status: 'Blocked', expiryDateMs: 1000 }, 'test');
  await tags.put('PAST', { expiryDateMs: Date.now() - 1000 }, 'test');
  const station = await running.connect('CP1');
  assert.equal(await station.call('Authorize', { idTag: 'GOOD' }), {
    idTagInfo: { expiryDate: new Date(tomorrow).toISOString(), parentIdTag: 'FAMILY', status: 'Accepted' },
  });
  assert.is(info(await station.call('Authorize', { idTag: 'BLOCKED' })).status, 'Blocked');
  assert.is(info(await station.call('Authorize', { idTag: 'PAST' })).status, 'Expired');
  assert.equal(await station.call('Authorize', { idTag: 'NOBODY' }), { idTagInfo: { status: 'Invalid' } });
});

test('§7.28: idTags are compared without case', async () => {
  await running.csms.tags.put('AbCd', {}, 'test');
  const station = await running.connect('CP1');
  assert.is(info(await station.call('Authorize', { idTag: 'aBcD' })).status, 'Accepted');
  assert.is((await running.csms.tags.get('ABCD')).idTag, 'AbCd');
});

test('unknown tags are remembered with a count and leave the inbox when they are made known', async () => {
  const station = await running.connect('CP1');
  await station.call('Authorize', { idTag: 'NEW1' });
  await station.call('Authorize', { idTag: 'new1' });
  await station.call('StartTransaction', start(1, 'NEW1', 0, at(0)));
  const [seen] = (await running.csms.tags.unknown()).items;
  assert.equal([seen?.idTag, seen?.count, seen?.lastChargePointId], ['NEW1', 3, 'CP1']);
  assert.ok(running.events.some(({ event }) => event.type === 'tag.unknown'));
  await running.csms.tags.put('NEW1', {}, 'test');
  assert.is((await running.csms.tags.unknown()).total, 0);
  assert.is(info(await station.call('Authorize', { idTag: 'NEW1' })).status, 'Accepted');
});

test('a denied start leaves no active session, and its stop still brings what was charged', async () => {
  await running.csms.tags.put('BLOCKED', { status: 'Blocked' }, 'test');
  const station = await running.connect('CP1');
  const answer = await station.call('StartTransaction', start(1, 'BLOCKED', 100, at(0)));
  assert.is(info(answer).status, 'Blocked');
  assert.is((await running.csms.transactions.list({ status: 'active' })).total, 0);
  const id = Number(answer.transactionId);
  const refused = await running.csms.transactions.get(id);
  assert.equal([refused.status, refused.energyWh, refused.authorization], ['completed', 0, 'Blocked']);
  // StopTransactionOnInvalidId is false there: it went on charging.
  await station.call('StopTransaction', stop(id, 350, at(9), { reason: 'DeAuthorized' }));
  const stopped = await running.csms.transactions.get(id);
  assert.equal([stopped.energyWh, stopped.qualityFlags], [250, ['start-refused']]);
});

test('§7.2 ConcurrentTx: only where a tag has a limit, only for StartTransaction', async () => {
  await running.csms.tags.put('ONE', { maxActiveTransactions: 1 }, 'test');
  await running.csms.tags.put('ANY', {}, 'test');
  const station = await running.connect('CP1');
  const other = await running.connect('CP2');
  const request = start(1, 'ONE', 0, at(0));
  const first = await station.call('StartTransaction', request);
  assert.is(info(first).status, 'Accepted');
  assert.is(info(await station.call('StartTransaction', request)).status, 'Accepted', 'a repetition is not concurrent');
  const second = await other.call('StartTransaction', start(1, 'ONE', 0, at(1)));
  assert.is(info(second).status, 'ConcurrentTx');
  assert.is(info(await other.call('Authorize', { idTag: 'ONE' })).status, 'Accepted', 'or the card could not stop it');
  assert.is((await running.csms.transactions.list({ status: 'active' })).total, 1);
  await station.call('StopTransaction', stop(first.transactionId, 1, at(2)));
  assert.is(info(await other.call('StartTransaction', start(1, 'ONE', 0, at(3)))).status, 'Accepted');
  for (const connector of [2, 3])
    assert.is(info(await other.call('StartTransaction', start(connector, 'ANY', 0, at(4)))).status, 'Accepted');
});

test('a tag that is put again is replaced: absent members take their defaults', async () => {
  const { tags } = running.csms;
  assert.is((await tags.put('T', { status: 'Blocked', note: 'lost' }, 'test')).created, true);
  const { tag, created } = await tags.put('T', {}, 'test');
  assert.equal([created, tag.status, tag.note], [false, 'Accepted', null]);
  await tags.remove('t', 'test');
  try {
    await tags.get('T');
    assert.unreachable();
  } catch (error) {
    assert.is((error as { code?: string }).code, 'id_tag_not_found');
  }
});

test.run();
