// node scripts/demo-anomaly.mjs [--cycles 5] [--keep-pages]
//
// The anomaly cycle of the seed: csms-lite and a real tapwatt on simulated hardware; through csms-lite's own API
// SetChargingProfile 0 A, 100 A, RemoteStart, RemoteStop, again and again, meter values each second. Then a power module
// that runs away, falls silent, oscillates, and cannot be switched off. Prints the current as `tapwatt scope` draws it and
// what the detectors of both sides said. Exit status 0: each expected anomaly was seen where it had to be. About 5 minutes.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { anomalyFigures, anomalyName } from '@tapwatt/ocpp/anomaly/index.js';
import { followCurrent, followEvents } from '../firmware/dist/control/client.js';
import { ASCII_MARKS, renderPlot } from '../firmware/dist/scope/plot.js';
import { demoPair } from './lib/demo-pair.mjs';
import { DEMO_CARD, until } from './lib/local.mjs';

const { values } = parseArgs({
  options: {
    cycles: { type: 'string', default: '5' },
    /** Leaves csms-lite and the charge point running at the end, to look at the pages. */
    'keep-pages': { type: 'boolean', default: false },
  },
});
const CHARGING_S = 6;
const pair = await demoPair({
  name: 'anomaly',
  decimals: 0,
  connectors: 1,
  extra: `ocpp:
  configuration:
    MeterValueSampleInterval: "1"
    MeterValuesSampledData: Energy.Active.Import.Register,Power.Active.Import,Current.Import,Current.Offered
`,
});
const { say, lines, csmsApi, control, connector, controlSocket } = pair;

/** A command through csms-lite's API; its answer must be Accepted. */
async function command(name, body) {
  const { response, error } = await csmsApi('POST', `/charge-points/CP01/commands/${name}`, body);
  if (response?.status !== 'Accepted') throw new Error(`${name}: ${response?.status ?? JSON.stringify(error)}`);
}

const limitTo = (limitA) =>
  command('set-charging-profile', {
    connectorId: 1,
    chargingProfile: {
      chargingProfileId: 7,
      stackLevel: 0,
      chargingProfilePurpose: 'TxDefaultProfile',
      chargingProfileKind: 'Relative',
      chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: limitA }] },
    },
  });

async function start() {
  await command('remote-start', { idTag: DEMO_CARD, connectorId: 1 });
  return await until('charging', async () => {
    const { powerOn, transaction } = await connector();
    return powerOn && transaction?.transactionId ? transaction : null;
  });
}

async function stop() {
  const { transaction } = await connector();
  await command('remote-stop', { transactionId: transaction.transactionId });
  await until('stopped', async () => (await connector()).transaction === null);
}

const setModule = (mode) => control('POST', '/power-module', { connectorId: 1, mode });

// What both sides say, as it comes.
const reports = [];
const saidByChargePoint = [];
const saidByCsms = new Map();
const listening = new AbortController();

function listen() {
  const follow = (promise) => promise.catch((error) => lines.push(`[follow] ${error.message}`));
  void follow(followCurrent(controlSocket, (report) => reports.push(report), listening.signal));
  const onEvent = (event) => {
    if (!event.type.startsWith('Anomaly')) return;
    saidByChargePoint.push({ ...event, atMs: Date.now() });
    say(`  charge point  ${event.message}`);
  };
  void follow(followEvents(controlSocket, onEvent, listening.signal));
  void (async () => {
    while (!listening.signal.aborted) {
      const list = await csmsApi('GET', '/anomalies').catch(() => null);
      for (const anomaly of list?.items?.toReversed() ?? []) {
        const known = saidByCsms.get(anomaly.id);
        for (const who of anomaly.seenBy)
          if (!known?.seenBy.has(who)) {
            const by = who === 'csms' ? 'by its meter values' : 'as the charge point tells';
            const commanded = anomaly.commanded ? ', as commanded' : '';
            say(`  csms-lite     ${anomalyName(anomaly.kind)}${commanded}: ${anomalyFigures(anomaly)}, ${by}`);
          }
        if (anomaly.clearedAt !== undefined && known?.clearedAt === undefined && known !== undefined)
          say(`  csms-lite     over: ${anomalyName(anomaly.kind)}`);
        const seenBy = new Set([...(known?.seenBy ?? []), ...anomaly.seenBy]);
        saidByCsms.set(anomaly.id, { ...anomaly, seenBy, atMs: known?.atMs ?? Date.now() });
      }
      await sleep(500);
    }
  })();
}

const plot = () =>
  console.log(
    `\n${renderPlot(reports, {
      columns: 100,
      rows: 20,
      windowMs: 60_000,
      nowMs: Date.now(),
      connectorId: 1,
      marks: ASCII_MARKS,
    })
      .slice(0, -1)
      .join('\n')}\n`,
  );

const missing = [];

/** What one phase must bring: a kind that the charge point says, and who must have seen it in csms-lite. */
async function expect(kind, sinceMs, { csms = ['csms', 'charge-point'], commanded = false, withinMs = 90_000 } = {}) {
  const fits = (data) => data.kind === kind && data.commanded === commanded;
  const said = () =>
    saidByChargePoint.some((event) => event.atMs >= sinceMs && event.type === 'AnomalyDetected' && fits(event.data));
  const stored = () => {
    const found = [...saidByCsms.values()].filter((anomaly) => anomaly.atMs >= sinceMs && anomaly.kind === kind);
    return csms.every((who) => found.some((anomaly) => anomaly.seenBy.has(who)));
  };
  try {
    await until(`${kind} on the charge point`, said, withinMs);
    await until(`${kind} in csms-lite`, stored, withinMs);
  } catch (error) {
    missing.push(error.message);
    say(`NOT SEEN: ${error.message}`);
  }
}

const allCalm = () =>
  until(
    'everything is calm',
    async () =>
      (await connector()).anomalies.length === 0 && (await csmsApi('GET', '/anomalies?active=true')).total === 0,
    180_000,
  );

let failed = false;
try {
  await pair.startCsms();
  await pair.startChargePoint('--set', 'connectors[0].maximumCurrentA=125');
  await control('POST', '/plug-in', { connectorId: 1, currentA: 125 });
  listen();
  say(`csms-lite: ${pair.url}/stations/CP01   tapwatt --socket ${controlSocket} scope\n`);

  say(`1. The anomaly cycle, ${values.cycles} times: 0 A, 100 A, start, stop`);
  const cycleMs = Date.now();
  for (let cycle = 0; cycle < Number(values.cycles); cycle += 1) {
    await limitTo(0);
    await sleep(1000);
    await limitTo(100);
    await start();
    await sleep(CHARGING_S * 1000);
    await stop();
  }
  await expect('oscillation', cycleMs, { csms: ['csms'], commanded: true, withinMs: 20_000 });
  plot();

  say('2. A normal session of 32 A until everything is calm');
  await limitTo(32);
  await start();
  await allCalm();
  plot();

  say('3. The power module runs away from its limit');
  let sinceMs = Date.now();
  await setModule('runaway');
  await expect('runaway', sinceMs);
  plot();
  await setModule('normal');
  await allCalm();

  say('4. The power module oscillates');
  sinceMs = Date.now();
  await setModule('oscillating');
  await expect('oscillation', sinceMs);
  plot();
  await setModule('normal');

  say('5. The power module falls silent');
  sinceMs = Date.now();
  await setModule('silent');
  // The charge point takes the power away and meters on: only it can see this one.
  await expect('silence', sinceMs, { csms: ['charge-point'] });
  await setModule('normal');
  await until('it charges again', async () => (await connector()).powerOn, 60_000);
  await sleep(15_000);

  say('6. The session ends, and the current does not: contacts are welded');
  sinceMs = Date.now();
  await setModule('welded');
  await stop();
  await expect('stuck-on', sinceMs, { csms: ['charge-point'] });
  await until('the connector is Faulted', async () => (await connector()).status === 'Faulted');
  const faulted = await until('csms-lite shows it', async () => {
    const [shown] = (await csmsApi('GET', '/charge-points/CP01')).connectors;
    return shown.status === 'Faulted' ? shown : null;
  });
  say(`  csms-lite     connector 1 is Faulted: ${faulted.errorCode} (${faulted.vendorErrorCode}), ${faulted.info}`);
  plot();

  const alarms = await csmsApi('GET', '/alarms?limit=100').catch(() => null);
  const raised = (alarms?.items ?? []).filter(({ rule }) => rule === 'anomaly');
  say(`Alarms in csms-lite for anomalies: ${raised.length}`);
  failed = missing.length > 0;
  say(failed ? `Not seen: ${missing.join('; ')}` : 'Every expected anomaly was seen.');
  if (values['keep-pages']) {
    say('Ctrl-C ends it.');
    await new Promise((resolve) => process.once('SIGINT', resolve));
  }
} catch (error) {
  failed = true;
  console.error(`\nThe demo failed: ${error.message}\n${lines.slice(-40).join('\n')}`);
} finally {
  listening.abort();
  await pair.end();
}
process.exit(failed ? 1 : 0);
