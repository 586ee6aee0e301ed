// The pictures in docs/images, from the real pages: csms-lite and the real tapwatt on simulated hardware, a second charge
// point that reports sessions of earlier today. Takes about two minutes. Needs a build (npm run build) and Chromium.
//
//   node scripts/screenshots.mjs [--out docs/images]
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { launchBrowser } from './lib/browser.mjs';
import { ask, CSMS_PROGRAM, freePort, repository, TAPWATT_COMMAND, until, writeSimulation } from './lib/local.mjs';
import { connectStation } from './lib/scripted-station.mjs';
import { keepRunning } from './lib/service-manager.mjs';

const { values } = parseArgs({ options: { out: { type: 'string', default: join(repository, 'docs/images') } } });
const host = '127.0.0.1';
const port = await freePort();
const origin = `http://${host}:${port}`;
const ocppUrl = `ws://${host}:${port}/ocpp`;
const directory = mkdtempSync(join(tmpdir(), 'tapwatt-pictures-'));
const CARD = 'A1B2C3D4';
const { configFile, controlSocket } = writeSimulation(join(directory, 'cp'), {
  csmsUrl: ocppUrl,
  extra: `ocpp:
  configuration:
    MeterValueSampleInterval: "1"
    MeterValuesSampledData: Energy.Active.Import.Register,Power.Active.Import,Current.Import,Voltage
`,
});

const programs = [];
const run = (name, command) =>
  programs.push(keepRunning({ name, command, onLine: () => undefined, onExit: () => undefined }));
async function api(method, path, body) {
  const answer = await ask({ host, port }, method, `/api/v1${path}`, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}
const control = (path, body) => ask({ socketPath: controlSocket }, 'POST', path, body);
const command = (name, body) => api('POST', `/charge-points/CP01/commands/${name}?wait=30`, body);

/** A site with a price, two people, sessions of earlier today, an unknown card and a faulted connector. */
async function furnish() {
  for (const idTag of [CARD, '04D2C1B0', '7F3A9911']) await api('PUT', `/id-tags/${idTag}`, { status: 'Accepted' });
  const tariff = await api('POST', '/tariffs', { name: 'Day', pricePerKwh: '0.42', taxPercent: '19' });
  await api('PUT', '/tariff-assignments', { siteId: 'default', tariffId: tariff.id });
  await api('PATCH', '/settings', { driverStart: 'card' });
  await api('PATCH', '/alarm-rules/faulted', { threshold: 0 });
  const station = await connectStation(ocppUrl, 'CP02');
  const status = (connectorId, word, errorCode = 'NoError', info = undefined) =>
    station.call('StatusNotification', {
      connectorId,
      status: word,
      errorCode,
      ...(info === undefined ? {} : { info }),
    });
  await status(1, 'Available');
  await status(2, 'Available');
  const sessions = [
    { connectorId: 1, idTag: '04D2C1B0', agoMinutes: 400, minutes: 95, energyWh: 11_300, reason: 'EVDisconnected' },
    { connectorId: 2, idTag: '7F3A9911', agoMinutes: 290, minutes: 60, energyWh: 7400, reason: 'Local' },
    { connectorId: 1, idTag: CARD, agoMinutes: 150, minutes: 110, energyWh: 18_300, reason: 'Local' },
  ];
  for (const session of sessions) await station.session(session);
  await station.call('Authorize', { idTag: 'CAFE0001' });
  await status(2, 'Faulted', 'GroundFailure', 'residual current 42 mA');
  return station;
}

/** A session of the real tapwatt with a limit in the middle. */
async function charge() {
  await control('/plug-in', { connectorId: 1, currentA: 32 });
  await control('/tap', { idTag: CARD });
  await until('it charges', async () => (await api('GET', '/transactions?status=active')).total === 1, 60_000);
  const limit = (amps) =>
    command('call', {
      action: 'SetChargingProfile',
      payload: {
        connectorId: 1,
        csChargingProfiles: {
          chargingProfileId: 1,
          stackLevel: 0,
          chargingProfilePurpose: 'TxDefaultProfile',
          chargingProfileKind: 'Relative',
          chargingSchedule: {
            chargingRateUnit: 'A',
            chargingSchedulePeriod: [{ startPeriod: 0, limit: amps }],
          },
        },
      },
    });
  await sleep(25_000);
  await limit(10);
  await sleep(20_000);
  await limit(26);
  await sleep(25_000);
}

async function pictures(browser) {
  mkdirSync(values.out, { recursive: true });
  const shot = async (name, path, text, { width = 1280, height, scale = 1, dark = false, prepare } = {}) => {
    const context = await browser.newContext({
      viewport: { width, height },
      deviceScaleFactor: scale,
      colorScheme: dark ? 'dark' : 'light',
    });
    const page = await context.newPage();
    await page.goto(`${origin}${path}`);
    await page.getByText(text).first().waitFor({ timeout: 60_000 });
    await prepare?.(page);
    // Curves are drawn after the texts.
    await sleep(1500);
    await page.screenshot({ path: join(values.out, `${name}.png`) });
    await context.close();
    console.log(`${name}.png`);
  };
  const phone = { width: 360, scale: 2 };
  await shot('now', '/', 'GroundFailure', { height: 640 });
  await shot('now-phone-dark', '/', 'GroundFailure', { ...phone, height: 740, dark: true });
  await shot('station', '/stations/CP01', 'Voltage', { height: 900 });
  await shot('alarms', '/alarms', 'GroundFailure', { height: 620 });
  await shot('messages', '/messages', 'MeterValues', { height: 600 });
  await shot('configuration', '/stations/CP01/configuration', 'HeartbeatInterval', { height: 620 });
  await shot('driver-phone', '/c/CP01/1', 'Charging', { ...phone, height: 560 });
  await control('/tap', { idTag: CARD });
  const ended = await until('the session has ended', async () => {
    const { items } = await api('GET', '/transactions?chargePointId=CP01&limit=1');
    return items[0]?.status === 'completed' ? items[0] : null;
  });
  await shot('session', `/sessions/${ended.id}`, 'EUR', { height: 940 });
}

let station = null;
let browser = null;
try {
  run('csms-lite', [
    process.execPath,
    CSMS_PROGRAM,
    'serve',
    '--port',
    String(port),
    '--data',
    join(directory, 'csms'),
  ]);
  await until('csms-lite answers', () => api('GET', '/health'), 60_000);
  run('tapwatt', [...TAPWATT_COMMAND, 'run', '--config', configFile]);
  await until('CP01 is connected', async () => (await api('GET', '/charge-points/CP01')).connected, 60_000);
  await api('PUT', '/charge-points/CP01', { displayName: 'Yard' });
  station = await furnish();
  await charge();
  browser = await launchBrowser();
  await pictures(browser);
} finally {
  await browser?.close();
  station?.close();
  for (const program of programs.reverse()) await program.stop();
  rmSync(directory, { recursive: true, force: true });
}
