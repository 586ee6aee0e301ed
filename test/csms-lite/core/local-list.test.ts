import type { ListEntry } from 'csms-lite/core/local-lists/list-store.js';
import { driftOf, planUpdates, wantedList } from 'csms-lite/core/local-lists/plan.js';
import type { Tag } from 'csms-lite/core/model.js';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import type { Json, ScriptedPeer } from '../../support/scripted-peer.js';
import { BOOT, type RunningCsms, runCsms } from './support/running-csms.js';

const test = suite('local list from the tags');
let running: RunningCsms;
let station: ScriptedPeer;

/** A charge point that keeps its list as it should. */
class Listing {
  version = 0;
  entries = new Map<string, object>();
  sent: Json[] = [];

  constructor(peer: ScriptedPeer, limits: Record<string, string> = {}) {
    peer.on('GetLocalListVersion', () => ({ listVersion: this.version }));
    peer.on('GetConfiguration', {
      configurationKey: Object.entries(limits).map(([key, value]) => ({ key, readonly: true, value })),
    });
    peer.on('SendLocalList', ({ payload }) => {
      this.sent.push(payload);
      const version = Number(payload.listVersion);
      if (payload.updateType === 'Differential' && version <= this.version) return { status: 'VersionMismatch' };
      if (payload.updateType === 'Full') this.entries.clear();
      for (const { idTag, idTagInfo } of (payload.localAuthorizationList ?? []) as ListEntry[]) {
        if (idTagInfo === undefined) this.entries.delete(idTag);
        else this.entries.set(idTag, idTagInfo);
      }
      this.version = version;
      return { status: 'Accepted' };
    });
  }
}

test.before.each(async () => {
  running = await runCsms({ callTimeoutMs: 20_000 });
  station = await running.connect('CP1');
});
test.after.each(() => running.close());

async function tag(idTag: string, update: Parameters<RunningCsms['csms']['tags']['put']>[1] = {}): Promise<void> {
  await running.csms.tags.put(idTag, update, 'test');
}

test('the first time the whole list, then only what changed, then nothing', async () => {
  const { tags, localLists } = running.csms;
  await tag('A', { parentIdTag: 'P' });
  await tag('B', { status: 'Blocked' });
  await tag('OLD', { expiryDateMs: 0 });
  await tag('ELSEWHERE', { allowedStations: ['CP2'] });
  const charger = new Listing(station);
  const first = await localLists.sync('CP1', 'test');
  assert.equal([first.outcome, first.version, first.sent], ['updated', 1, 2]);
  assert.equal(Object.fromEntries(charger.entries), {
    A: { parentIdTag: 'P', status: 'Accepted' },
    B: { status: 'Blocked' },
  });
  assert.equal((await localLists.get('CP1')).drift, { missing: [], changed: [], surplus: [] });

  for (const idTag of ['C', 'D', 'E']) await tag(idTag);
  await tags.put('A', { status: 'Accepted' }, 'test');
  await tags.remove('B', 'test');
  const drift = (await localLists.get('CP1')).drift;
  assert.equal(drift, { missing: ['C', 'D', 'E'], changed: ['A'], surplus: ['B'] });
  charger.sent = [];
  await tag('F');
  assert.is((await localLists.sync('CP1', 'test')).outcome, 'updated');
  assert.equal(
    charger.sent.map((one) => [one.updateType, one.listVersion]),
    [['Full', 2]],
    'six changes of five entries: the whole list is shorter',
  );
  await tag('G');
  charger.sent = [];
  assert.equal((await localLists.sync('CP1', 'test')).sent, 1);
  assert.equal(charger.sent, [
    {
      listVersion: 3,
      localAuthorizationList: [{ idTag: 'G', idTagInfo: { status: 'Accepted' } }],
      updateType: 'Differential',
    },
  ]);
  assert.equal([...charger.entries.keys()].sort(), ['A', 'C', 'D', 'E', 'F', 'G']);
  assert.is((await localLists.sync('CP1', 'test')).outcome, 'unchanged');
});

test('drift: another version in the charge point means that its content is not known; the whole list is sent', async () => {
  const { localLists } = running.csms;
  await tag('A');
  const charger = new Listing(station);
  await localLists.sync('CP1', 'test');
  // Somebody else wrote into it.
  charger.version = 40;
  charger.entries.set('INTRUDER', { status: 'Accepted' });
  const result = await localLists.sync('CP1', 'test');
  assert.equal([result.outcome, result.version], ['updated', 41]);
  assert.equal([...charger.entries.keys()], ['A']);
  assert.equal(charger.sent.at(-1)?.updateType, 'Full');
});

test('long lists go in parts, the first Full, the others Differential, and no longer than the charge point can hold', async () => {
  for (const idTag of ['A', 'B', 'C', 'D', 'E', 'F']) await tag(idTag);
  const charger = new Listing(station, { LocalAuthListMaxLength: '5', SendLocalListMaxLength: '2' });
  const result = await running.csms.localLists.sync('CP1', 'test');
  assert.equal([result.outcome, result.sent, result.omitted, result.version], ['updated', 5, 1, 3]);
  assert.equal(
    charger.sent.map((one) => [one.updateType, (one.localAuthorizationList as object[]).length]),
    [
      ['Full', 2],
      ['Differential', 2],
      ['Differential', 1],
    ],
  );
  assert.is(charger.entries.size, 5);
});

test('a VersionMismatch is answered with the whole list; a refusal and a missing feature are told', async () => {
  const { localLists } = running.csms;
  for (const idTag of ['A', 'B', 'C']) await tag(idTag);
  const charger = new Listing(station);
  await localLists.sync('CP1', 'test');
  await tag('D');
  let mismatches = 0;
  station.on('SendLocalList', ({ payload }) => {
    charger.sent.push(payload);
    if (payload.updateType === 'Full') return { status: 'Accepted' };
    mismatches += 1;
    return { status: 'VersionMismatch' };
  });
  assert.is((await localLists.sync('CP1', 'test')).outcome, 'updated');
  assert.equal([mismatches, charger.sent.at(-1)?.updateType], [1, 'Full']);
  await tag('E');
  charger.version = 9;
  station.on('SendLocalList', { status: 'Failed' });
  assert.equal(((result) => [result.outcome, result.answer])(await localLists.sync('CP1', 'test')), [
    'refused',
    'Failed',
  ]);
  station.on('GetLocalListVersion', { listVersion: -1 });
  assert.is((await localLists.sync('CP1', 'test')).outcome, 'not-supported');
  assert.is((await localLists.get('CP1')).reportedVersion, -1);
});

test('with the setting keepLocalLists the lists follow the tags, and a boot', async () => {
  const { settings } = running.csms;
  const charger = new Listing(station);
  await tag('A');
  await settings.update({ keepLocalLists: true }, 'test');
  await tag('B');
  await tag('C');
  const names = () => [...charger.entries.keys()].sort().join('');
  await eventually(() => (names() === 'ABC' ? true : null), 'the list');
  assert.is(charger.sent.length, 1, 'changes that come together are one message');
  // It lost its list.
  charger.version = 0;
  charger.entries.clear();
  await station.call('BootNotification', BOOT);
  await eventually(() => (names() === 'ABC' ? true : null), 'the list again');
});

test('a tag that 1.6 cannot carry is left out and does not spoil the list', async () => {
  await tag('A');
  await tag('X'.repeat(36));
  await tag('P', { parentIdTag: 'Y'.repeat(30) });
  const charger = new Listing(station);
  const result = await running.csms.localLists.sync('CP1', 'test');
  assert.equal([result.outcome, result.sent, result.omitted], ['updated', 1, 2]);
  assert.equal([...charger.entries.keys()], ['A']);
});

test('plan, pure: whatever was there, the updates lead to what is wanted', () => {
  const named = (names: string): Tag[] =>
    [...names].map((idTag) => ({
      idTag,
      status: 'Accepted',
      expiryDateMs: null,
      parentIdTag: null,
      type: null,
      maxActiveTransactions: null,
      allowedStations: null,
      note: null,
      createdAtMs: 0,
    }));
  for (const [before, after] of [
    ['', ''],
    ['', 'ABC'],
    ['ABC', ''],
    ['ABCDEF', 'ABCDEG'],
    ['ABC', 'DEF'],
  ] as const)
    for (const contentKnown of [true, false])
      for (const size of [1, 2, 100]) {
        const had = wantedList(named(before), 'CP', 0);
        const wanted = wantedList(named(after), 'CP', 0);
        const stored = { version: 1, reportedVersion: 1, contentKnown, entries: had.entries, updatedAtMs: 0 };
        const list = new Map<string, object>(had.entries);
        for (const { updateType, entries } of planUpdates(stored, wanted, size)) {
          assert.ok(entries.length <= size);
          if (updateType === 'Full') list.clear();
          for (const { idTag, idTagInfo } of entries) {
            if (idTagInfo === undefined) list.delete(idTag);
            else list.set(idTag, idTagInfo);
          }
        }
        assert.equal([...list.keys()].sort().join(''), after);
        assert.equal(driftOf({ ...stored, entries: wanted.entries }, wanted), {
          missing: [],
          changed: [],
          surplus: [],
        });
      }
});

test.run();
