import { BUCKET_MS, createPowerCurve } from 'csms-lite/core/overview/power-curve.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import { session, startTestServer } from '../api/server.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const noon = Math.floor(Date.UTC(2026, 10, 21, 12) / BUCKET_MS) * BUCKET_MS;

test('energy between two readings lies evenly between them; the stretch that runs counts its part', () => {
  const curve = createPowerCurve([], DAY_MS);
  // 15 minutes with 3 kWh are 12 kW; begun 2.5 min into a stretch.
  curve.add(noon + BUCKET_MS / 2, noon + 3.5 * BUCKET_MS, 3000, noon + 3.5 * BUCKET_MS);
  assert.equal(curve.points(noon, noon + 3.5 * BUCKET_MS), [
    { atMs: noon, powerW: 6000 },
    { atMs: noon + BUCKET_MS, powerW: 12_000 },
    { atMs: noon + 2 * BUCKET_MS, powerW: 12_000 },
    { atMs: noon + 3 * BUCKET_MS, powerW: 12_000 },
  ]);
});

test('what is not known is a gap, what is known and still is 0; nothing older than is kept, nothing of the future', () => {
  const curve = createPowerCurve([{ fromMs: noon, energyWh: 100 }], HOUR_MS);
  curve.know(noon + 2 * BUCKET_MS);
  curve.add(noon - 3 * HOUR_MS, noon - 2 * HOUR_MS, 5000, noon + BUCKET_MS);
  curve.add(noon, noon + 9 * BUCKET_MS, 5000, noon + BUCKET_MS);
  curve.add(noon, noon + BUCKET_MS, -5, noon + BUCKET_MS);
  assert.equal(
    curve.points(noon, noon + 3 * BUCKET_MS - 1).map(({ powerW }) => powerW),
    [1200, null, 0],
  );
  assert.equal(curve.takeChanged(), [{ fromMs: noon + 2 * BUCKET_MS, energyWh: 0 }]);
  assert.equal(curve.takeChanged(), []);
});

test('property: no energy is made or lost', () => {
  const curve = createPowerCurve([], DAY_MS);
  let put = 0;
  for (let index = 0; index < 200; index += 1) {
    const fromMs = noon + index * 61_234;
    const energyWh = (index * 37) % 500;
    curve.add(fromMs, fromMs + ((index * 7919) % (40 * 60_000)), energyWh, noon + 8 * HOUR_MS);
    put += energyWh;
  }
  const kept = curve.takeChanged().reduce((sum, { energyWh }) => sum + energyWh, 0);
  assert.ok(Math.abs(kept - put) < 1e-6, `${kept} of ${put}`);
});

test('GET /overview: revenue by currency of what ended since then, power of now, kept over a restart', async () => {
  const server = await startTestServer();
  try {
    await server.api('PUT', '/api/v1/id-tags/CARD', { status: 'Accepted' });
    const tariff = await server.api('POST', '/api/v1/tariffs', { name: 'T', pricePerKwh: '0.50' });
    const peer = await server.boot('OV-1', 2);
    await server.api('PUT', '/api/v1/tariff-assignments', { chargePointId: 'OV-1', tariffId: tariff.body.id });
    const since = new Date(Date.now() - HOUR_MS).toISOString();
    const at = new Date(Date.now() - 10 * 60_000).toISOString();
    const ended = await session(peer, { idTag: 'CARD', meterStart: 0, at });
    const stop = { transactionId: ended, meterStop: 6000, timestamp: new Date().toISOString() };
    await peer.call('StopTransaction', stop);
    const overview = await eventually(async () => {
      const { body } = await server.api('GET', `/api/v1/overview?since=${since}`);
      return body.revenue.length === 1 && body;
    }, 'the revenue');
    assert.equal(overview.revenue, [{ currency: 'EUR', totalMinor: 300, exponent: 2, sessions: 1 }]);
    const shown = () => server.api('GET', `/api/v1/overview?since=${since}`).then(({ body }) => body.power);
    const power = await shown();
    assert.is(power[0].powerW, null, 'yesterday nobody was here');
    // 6 kWh in ten minutes are 36 kW.
    const isThere = ({ powerW }: { powerW: number | null }): boolean => Math.abs((powerW ?? 0) - 36_000) < 1000;
    assert.ok(power.some(isThere), JSON.stringify(power.slice(-4)));
    await server.restart();
    const again = await shown();
    assert.ok(again.some(isThere), 'kept');
    assert.is((await server.api('GET', '/api/v1/overview?since=2001-01-01T00:00:00Z')).status, 422);
    assert.is((await server.api('GET', '/api/v1/overview?since=yesterday')).status, 422);
    await peer.closed;
  } finally {
    await server.close();
  }
});

test.run();
