import * as assert from 'uvu/assert';
import { ScriptedCallError } from '../support/scripted-peer.js';
import { type Bench, CARD, OTHER_CARD } from './harness/bench.js';
import { certification } from './harness/certification.js';
import { anyOrder } from './harness/trace.js';

const { certificationCase, run } = certification({ keys: { LocalAuthListEnabled: 'true' } });

const accepted = (idTag: string) => ({ idTag, idTagInfo: { status: 'Accepted' } });

async function version(bench: Bench): Promise<unknown> {
  return (await bench.call('GetLocalListVersion')).listVersion;
}

async function send(
  bench: Bench,
  expected: string,
  listVersion: number,
  updateType: 'Full' | 'Differential',
  localAuthorizationList: readonly object[],
): Promise<void> {
  await bench.callFor(expected, 'SendLocalList', { listVersion, updateType, localAuthorizationList });
}

certificationCase('TC_008_1', async (bench) => {
  await bench.configure({ LocalPreAuthorize: true });
  await send(bench, 'Accepted', 1, 'Full', [accepted(CARD)]);
  await bench.plugIn();
  await bench.tap();
  await bench.heard(['Status 1 Preparing', anyOrder(`Start 1 ${CARD}`, 'Status 1 Charging')]);
});

certificationCase('TC_008_2', async (bench) => {
  await bench.configure({ LocalPreAuthorize: true, AuthorizeRemoteTxRequests: true });
  await send(bench, 'Accepted', 1, 'Full', [accepted(CARD)]);
  await bench.plugIn();
  await bench.heard(['Status 1 Preparing']);
  await bench.callFor('Accepted', 'RemoteStartTransaction', { idTag: CARD, connectorId: 1 });
  await bench.heard(['Status 1 Preparing', anyOrder(`Start 1 ${CARD}`, 'Status 1 Charging')]);
});

certificationCase('TC_042_1', async (bench) => {
  await bench.configure({ LocalAuthListEnabled: false });
  const answer = await bench.call('GetLocalListVersion').catch((error: unknown) => error);
  if (answer instanceof ScriptedCallError) assert.is(answer.code, 'NotSupported');
  else assert.is((answer as { listVersion: number }).listVersion, -1);
});

certificationCase('TC_042_2', async (bench) => {
  assert.is(await version(bench), 0);
});

certificationCase('TC_043', async (bench) => {
  await bench.configure({ LocalPreAuthorize: true });
  await send(bench, 'Accepted', 1, 'Full', [accepted(CARD)]);
  assert.is(await version(bench), 1);
  // One comes, one goes: an entry without idTagInfo is removed (1.6 §5.15).
  await send(bench, 'Accepted', 2, 'Differential', [accepted(OTHER_CARD), { idTag: CARD }]);
  assert.is(await version(bench), 2);
  bench.central.on('Authorize', { idTagInfo: { status: 'Invalid' } });
  await bench.plugIn();
  await bench.tap(CARD);
  await bench.heard(['Status 1 Preparing', `Authorize ${CARD}`], { settleMs: 500 });
  await bench.tap(OTHER_CARD);
  await bench.heard([
    'Status 1 Preparing',
    `Authorize ${CARD}`,
    anyOrder(`Start 1 ${OTHER_CARD}`, 'Status 1 Charging'),
  ]);
});

certificationCase('TC_043_1', async (bench) => {
  await bench.configure({ LocalAuthListEnabled: false });
  await send(bench, 'NotSupported', 1, 'Full', [accepted(CARD)]);
});

certificationCase('TC_043_2', async (bench) => {
  await send(bench, 'Accepted', 5, 'Full', [accepted(CARD)]);
  await send(bench, 'VersionMismatch', 4, 'Differential', [accepted(OTHER_CARD)]);
  assert.is(await version(bench), 5);
});

certificationCase('TC_043_3', async (bench) => {
  await send(bench, 'Accepted', 5, 'Full', [accepted(CARD)]);
  const tooMany = Number(await bench.key('SendLocalListMaxLength')) + 1;
  const list = Array.from({ length: tooMany }, (_, n) => accepted(`TAG-${n}`));
  await send(bench, 'Failed', 6, 'Full', list);
  assert.is(await version(bench), 5, 'the old list is intact');
});

run();
