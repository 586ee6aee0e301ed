import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually, PATIENCE_MS, withDeadline } from '../../support/deadline.js';
import { startScriptedCentralSystem } from '../../support/scripted-central-system.js';
import { install, run, tapwatt, untilUp } from './tapwattProcess.js';

/** A port that nobody listens on. */
const NOBODY = 'ws://127.0.0.1:9/ocpp';

/** A central system that takes the TCP connection and then says nothing, ever. */
async function mute() {
  const sockets = new Set<import('node:net').Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `ws://127.0.0.1:${address.port}/ocpp`,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test('the control socket answers although the central system cannot be reached; SIGTERM ends it with 0 within 5 s', async () => {
  const central = await mute();
  const place = install(central.url);
  const point = run(place);
  try {
    await untilUp(point);
    const { csms, queue } = await point.state();
    assert.not(csms.connected);
    assert.is(csms.url, central.url);
    assert.type(queue.pending, 'number');
    await point.post('/plug-in');
    await point.post('/tap', { idTag: 'A1B2C3D4' });
    const startedMs = performance.now();
    point.child.kill('SIGTERM');
    const { code, signal } = await withDeadline(point.exit, PATIENCE_MS, 'the process ends');
    assert.is(signal, null);
    assert.is(code, 0, point.log());
    assert.ok(performance.now() - startedMs < 5000);
    assert.not(existsSync(place.socket));
  } finally {
    await point.end();
    await central.close();
    place.remove();
  }
});

test('SIGKILL is a power cut: the next start replaces the socket file, and the register is where it was', async () => {
  const place = install(NOBODY);
  const first = run(place);
  let second: ReturnType<typeof run> | null = null;
  try {
    await untilUp(first);
    await first.post('/meter', { energyWh: 54_321 });
    await eventually(async () => (await first.connector()).energyWh === 54_321, 'set');
    // The register is written after the answer; a power cut before that may lose it (there is no transaction).
    await new Promise((resolve) => setTimeout(resolve, 200));
    await first.post('/power-cut').catch(() => undefined);
    const { signal } = await withDeadline(first.exit, PATIENCE_MS, 'the power is gone');
    assert.is(signal, 'SIGKILL');
    assert.ok(existsSync(place.socket), 'the stale file is there');
    second = run(place);
    await untilUp(second);
    assert.is((await second.connector()).energyWh, 54_321);
    second.child.kill('SIGINT');
    assert.is((await withDeadline(second.exit, PATIENCE_MS, 'the process ends')).code, 0);
  } finally {
    await first.end();
    await second?.end();
    place.remove();
  }
});

test('a second instance is refused and says what to do; the first goes on', async () => {
  const place = install(NOBODY);
  const first = run(place);
  try {
    await untilUp(first);
    const second = await tapwatt(['run', '--config', place.configFile]);
    assert.is(second.status, 1);
    assert.match(second.stderr, /another tapwatt answers on .*control\.sock/);
    assert.match(second.stderr, /stop it first/);
    assert.is((await first.connector()).status, 'Available');
  } finally {
    await first.end();
    place.remove();
  }
});

test('commands against a running charge point: status, --json, bench, reload; stdout is pure JSON', async () => {
  const place = install(NOBODY);
  const point = run(place);
  try {
    await untilUp(point);
    const socket = ['--socket', place.socket];
    const text = await tapwatt([...socket, 'status']);
    assert.is(text.status, 0);
    assert.match(text.stdout, /Central system +not connected, trying ws:\/\/127\.0\.0\.1:9\/ocpp/);
    assert.match(text.stdout, /^1 +free +out/m);
    assert.not(text.stdout.includes('\u001b'), 'no colours into a pipe');
    const json = await tapwatt(['status', '--json'], { TAPWATT_SOCKET: place.socket });
    assert.is((JSON.parse(json.stdout) as { connectors: unknown[] }).connectors.length, 1);

    assert.is((await tapwatt([...socket, 'plug-in', '--current', '16', '-c', '1'])).status, 0);
    assert.match((await tapwatt([...socket, 'status'])).stdout, /preparing +in/);
    const meter = await tapwatt([...socket, 'meter', '--energy', '77', '--json']);
    assert.equal(JSON.parse(meter.stdout), { ok: true, energyWh: 77 });
    const fault = await tapwatt([...socket, 'fault', 'GroundFailure', '--info', 'test']);
    assert.is(fault.status, 0);
    await eventually(async () => (await point.connector()).errorCode === 'GroundFailure', 'faulted');
    assert.match((await tapwatt([...socket, 'status'])).stdout, /fault: GroundFailure \(test\)/);
    const wrong = await tapwatt([...socket, 'plug-in', '-c', '7', '--json']);
    assert.is(wrong.status, 1);
    assert.match((JSON.parse(wrong.stdout) as { error: { message: string } }).error.message, /no connector 7/);
    const refused = await tapwatt([...socket, 'fault', 'NoSuchError']);
    assert.is(refused.status, 1);
    assert.match(refused.stderr, /errorCode/);

    const { writeFileSync, readFileSync } = await import('node:fs');
    const yaml = readFileSync(place.configFile, 'utf8');
    writeFileSync(place.configFile, `${yaml}log: { level: debug }\nsupply: { voltageV: 120 }\n`);
    const reload = await tapwatt([...socket, 'reload']);
    assert.match(reload.stdout, /In effect now: log\.level\nWaits for a restart: supply\.voltageV/);
    writeFileSync(place.configFile, `${yaml}lgo: {}\n`);
    const bad = await tapwatt([...socket, 'reload']);
    assert.is(bad.status, 78);
    assert.match(bad.stderr, /config\.yaml:\d+:1: lgo: unknown key/);
  } finally {
    await point.end();
    place.remove();
  }
});

test('exit statuses: 2 wrong use, 69 nobody there, 78 wrong configuration with its place', async () => {
  const place = install(NOBODY, 'nonsense: 1\n');
  try {
    const config = await tapwatt(['run', '--config', place.configFile]);
    assert.is(config.status, 78);
    assert.match(config.stderr, /config\.yaml:11:1: nonsense: unknown key/);
    assert.is((await tapwatt(['config', 'validate', '--config', place.configFile])).status, 78);
    assert.is((await tapwatt(['config', 'validate'], { TAPWATT_CONFIG: `${place.directory}/none.yaml` })).status, 78);
    const away = await tapwatt(['status', '--socket', `${place.directory}/none.sock`]);
    assert.is(away.status, 69);
    assert.match(away.stderr, /no charge point answers/);
    assert.is((await tapwatt(['statsu'])).status, 2);
    assert.is((await tapwatt(['tap'])).status, 2);
    assert.is((await tapwatt(['power-module', 'loud'])).status, 2);
    assert.is((await tapwatt(['plug-in', '--current', 'many'])).status, 2);
    const help = await tapwatt(['--help']);
    assert.is(help.status, 0);
    assert.match(help.stdout, /78 +the configuration is wrong/);
    assert.match((await tapwatt(['--version'])).stdout, /^\d+\.\d+\.\d+\n$/);
  } finally {
    place.remove();
  }
});

test('one session: card bytes → StartTransaction on the WebSocket → CAN START → meter → card → StopTransaction; Reset ends with 0', async () => {
  const central = await startScriptedCentralSystem({ ordinary: true });
  const place = install(central.url, 'ocpp: { configuration: { MeterValueSampleInterval: "1" } }\n');
  const point = run(place);
  try {
    const station = await central.nextConnection(20_000);
    await eventually(async () => (await point.state()).csms.registration === 'Accepted', 'accepted');
    await untilUp(point);
    await point.post('/meter', { energyWh: 1000 });
    await point.post('/plug-in', { currentA: 32 });
    const starting = station.expectCall('StartTransaction', { withinMs: 10_000 });
    await point.post('/tap', { idTag: 'a1b2c3d4' });
    const start = await starting;
    assert.is(start.payload.idTag, 'A1B2C3D4');
    assert.is(start.payload.connectorId, 1);
    assert.is(start.payload.meterStart, 1000);
    start.answer({ transactionId: 77, idTagInfo: { status: 'Accepted' } });
    await eventually(async () => (await point.connector()).status === 'Charging', 'charging');
    await eventually(async () => ((await point.connector()).transaction?.energyWh ?? 0) > 1, 'energy');
    const running = await point.connector();
    assert.ok(running.powerOn);
    assert.is(running.transaction?.transactionId, 77);
    assert.ok((running.transaction?.currentA ?? 0) > 5);

    const stopping = station.expectCall('StopTransaction', { withinMs: 10_000 });
    await point.post('/tap', { idTag: 'A1B2C3D4' });
    const stop = await stopping;
    assert.is(stop.payload.transactionId, 77);
    assert.is(stop.payload.reason, 'Local');
    stop.answer({});
    const { energyWh, powerOn } = await point.connector();
    assert.not(powerOn);
    assert.is(stop.payload.meterStop, energyWh, 'the register, read after the contactor opened');
    assert.ok(central.calls('MeterValues').length > 0);

    assert.equal(await station.call('Reset', { type: 'Soft' }), { status: 'Accepted' });
    const { code } = await withDeadline(point.exit, PATIENCE_MS, 'the process ends after the Reset');
    assert.is(code, 0, point.log());
  } finally {
    await point.end();
    await central.stop();
    place.remove();
  }
});

test.run();
