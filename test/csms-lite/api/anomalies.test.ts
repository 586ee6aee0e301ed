import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import type { ScriptedPeer } from '../../support/scripted-peer.js';
import { session, startTestServer, type TestServer } from './server.js';

let server: TestServer;
let peer: ScriptedPeer;
let transactionId: unknown;
const startedAtMs = Date.now() - 120_000;

test.before(async () => {
  server = await startTestServer();
  await server.api('PUT', '/api/v1/id-tags/A1B2C3D4', { status: 'Accepted' });
  peer = await server.boot('AN-1', 1);
  transactionId = await session(peer, { idTag: 'A1B2C3D4' });
});
test.after(async () => {
  await peer.close();
  await server.close();
});

async function meter(atS: number, currentA: number): Promise<void> {
  const sampledValue = [
    { value: String(currentA), measurand: 'Current.Import', unit: 'A' },
    { value: '16', measurand: 'Current.Offered', unit: 'A' },
  ];
  const timestamp = new Date(startedAtMs + atS * 1000).toISOString();
  await peer.call('MeterValues', { connectorId: 1, transactionId, meterValue: [{ timestamp, sampledValue }] });
}

test('GET /anomalies: figure, window, threshold and times; filters', async () => {
  for (let s = 0; s < 20; s += 1) await meter(s, s < 10 ? 16 : 22);
  const list = await eventually(async () => {
    const { body } = await server.api('GET', '/api/v1/anomalies?chargePointId=AN-1&active=true');
    return body.total === 1 ? body : null;
  }, 'the anomaly');
  const { id, from, detectedAt, windowMs, ...rest } = list.items[0];
  assert.type(id, 'number');
  assert.ok(Date.parse(from) >= startedAtMs && Date.parse(detectedAt) > Date.parse(from));
  assert.ok(windowMs >= 4000);
  assert.equal(rest, {
    chargePointId: 'AN-1',
    connectorId: 1,
    kind: 'runaway',
    detectedBy: 'csms',
    seenBy: ['csms'],
    transactionId,
    figure: 6000,
    threshold: 2000,
    unit: 'mA',
    currentMa: 22_000,
    limitMa: 16_000,
    commanded: false,
  });
  const of = async (query: string): Promise<number> =>
    (await server.api('GET', `/api/v1/anomalies?${query}`)).body.total;
  assert.is(await of(`transactionId=${transactionId}`), 1);
  assert.is(await of('active=false'), 0);
  assert.is(await of('chargePointId=OTHER'), 0);
  assert.is((await server.api('GET', '/api/v1/anomalies?active=perhaps')).status, 422);
});

test('GET /events?current=: what is kept first, then each value, without ids; nothing of other charge points', async () => {
  const response = await fetch(`${server.url}/api/v1/events?types=none&current=AN-1`);
  const reader = response.body?.getReader();
  assert.ok(reader);
  let text = '';
  const decoder = new TextDecoder();
  const reading = (async () => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      text += decoder.decode(value, { stream: true });
    }
  })();
  const points = (): { currentMa: number; limitMa: number; connectorId: number; chargePointId: string }[] =>
    [...text.matchAll(/event: connector\.current\ndata: (.*)\n/g)].map((match) => JSON.parse(match[1] ?? ''));
  await eventually(() => points().length === 20, 'the last minutes');
  assert.is(points()[0]?.currentMa, 16_000);
  assert.is(points()[0]?.limitMa, 16_000);
  await meter(30, 15);
  await eventually(() => points().length === 21, 'the next value');
  assert.is(points().at(-1)?.currentMa, 15_000);
  assert.not(/id: \d+\nevent: connector\.current/.test(text));
  await reader.cancel();
  await reading;
  const other = await fetch(`${server.url}/api/v1/events?types=none&current=AN-2`);
  const first = await other.body?.getReader().read();
  assert.not(decoder.decode(first?.value).includes('connector.current'));
});

test.run();
