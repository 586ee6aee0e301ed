import { createPowerModule } from '@tapwatt/hal';
import { createManualClock, createSimulatedBoard } from '@tapwatt/hal/simulated';
import { type ActiveAnomaly, type CurrentReport, createCurrentWatch } from 'tapwatt/anomaly/currentWatch.js';
import { stuckOnFault } from 'tapwatt/anomaly/stuckOnFault.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

/** The real driver on a simulated module and car, with the contactor as the supervisor moves it. */
async function bench(currentScaleMa = 1000) {
  const clock = createManualClock();
  const board = await createSimulatedBoard({
    clock,
    connectors: [{ connectorId: 1, phases: 1, canIdOffset: 0 }],
    currentScaleMa,
  });
  const connector = board.connector(1);
  const powerModule = createPowerModule({ clock, bus: board.can, idOffset: 0, currentScaleMa });
  const power = { isOn: false, limitMa: null as number | null };
  const heard: string[][] = [];
  const reports: CurrentReport[] = [];
  let active: ActiveAnomaly[] = [];
  const watch = createCurrentWatch({
    clock,
    connectorId: 1,
    powerModule,
    power,
    onAnomalies(now) {
      active = now;
      heard.push(now.map(({ finding }) => finding.kind));
    },
  });
  watch.subscribe((report) => reports.push(report));
  connector.plugIn({ currentMa: 32_000 });
  return {
    clock,
    connector,
    watch,
    heard,
    reports,
    active: () => active,
    on(limitMa: number) {
      power.isOn = true;
      power.limitMa = limitMa;
      connector.contactor.write(true);
      powerModule.start(limitMa);
    },
    off() {
      power.isOn = false;
      power.limitMa = null;
      powerModule.stop();
      connector.contactor.write(false);
    },
    async close() {
      watch.close();
      await powerModule.close();
      await board.close();
    },
  };
}

test('a normal session with steps, pauses and a stop: nothing to say', async () => {
  const b = await bench();
  await b.clock.advance(30_000);
  for (const limitMa of [32_000, 10_000, 20_000]) {
    b.on(limitMa);
    await b.clock.advance(120_000);
  }
  b.connector.setEv({ ready: false });
  await b.clock.advance(60_000);
  b.connector.setEv({ ready: true });
  await b.clock.advance(60_000);
  b.off();
  await b.clock.advance(60_000);
  assert.equal(b.heard, []);
  assert.is(b.reports.length, 570);
  await b.close();
});

test('each misbehaviour of the simulated module is found, and is over when it behaves', async () => {
  for (const [mode, kind] of [
    ['oscillating', 'oscillation'],
    ['runaway', 'runaway'],
    ['drifting', 'drift'],
    ['silent', 'silence'],
  ] as const) {
    const b = await bench();
    b.on(32_000);
    await b.clock.advance(60_000);
    b.connector.setPowerModuleMode(mode);
    await b.clock.advance(120_000);
    assert.ok(
      b.heard.some((kinds) => kinds.includes(kind)),
      `${mode}: ${JSON.stringify(b.heard)}`,
    );
    b.connector.setPowerModuleMode('normal');
    await b.clock.advance(200_000);
    assert.equal(b.active(), [], mode);
    await b.close();
  }
});

test('welded contacts: current without a session, a fault that names it, and since when', async () => {
  const b = await bench();
  b.on(16_000);
  await b.clock.advance(60_000);
  b.connector.setPowerModuleMode('welded');
  b.off();
  await b.clock.advance(30_000);
  const [found] = b.active();
  assert.is(found?.finding.kind, 'stuck-on');
  assert.ok((found?.finding.figure ?? 0) > 15_000);
  assert.ok((found?.since.wallMs ?? 0) < b.clock.wallMs());
  assert.ok(found);
  const fault = stuckOnFault(found.finding);
  assert.is(fault.errorCode, 'PowerSwitchFailure');
  assert.is(fault.vendorErrorCode, 'stuck-on');
  assert.ok((fault.info ?? '').length <= 50);
  // The car leaves: nothing flows, and nothing is proven.
  b.connector.plugOut();
  await b.clock.advance(30_000);
  assert.equal(b.active(), []);
  await b.close();
});

test('a subscriber gets the last minute first; silence is reported as null each second', async () => {
  const b = await bench();
  b.on(10_000);
  await b.clock.advance(90_000);
  const late: CurrentReport[] = [];
  const stop = b.watch.subscribe((report) => late.push(report));
  assert.is(late.length, 60);
  assert.equal(late.at(-1), { ...b.reports.at(-1) });
  assert.is(late.at(-1)?.currentMa, 10_000);
  assert.is(late.at(-1)?.limitMa, 10_000);
  stop();
  b.connector.setPowerModuleMode('silent');
  await b.clock.advance(6000);
  assert.is(late.length, 60);
  const last = b.reports.at(-1);
  assert.is(last?.currentMa, null);
  assert.is(last?.module, 'failed');
  assert.equal(last?.anomalies, ['silence']);
  await b.close();
});

test.run();
