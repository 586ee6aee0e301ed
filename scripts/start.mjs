// npm start: csms-lite and one charge point with two connectors on simulated hardware, on this machine.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ask, CSMS_PROGRAM, DEMO_CARD, repository, TAPWATT_COMMAND, until, writeSimulation } from './lib/local.mjs';
import { keepRunning } from './lib/service-manager.mjs';

const host = '127.0.0.1';
const port = Number(process.env.CSMS_PORT ?? 8180);
const directory = process.env.TAPWATT_VAR ?? join(repository, 'var');
const csmsDirectory = join(directory, 'csms-lite');
const again = existsSync(csmsDirectory);
const verbose = process.argv.includes('--verbose');

const say = (text) => console.log(text);
const show = (name) => (line) => {
  if (verbose || /"level":(50|60)|error|✗/i.test(line)) console.error(`[${name}] ${line}`);
};

const { configFile, controlSocket } = writeSimulation(join(directory, 'charge-point'), {
  csmsUrl: `ws://${host}:${port}/ocpp`,
  // A live page wants more than an energy reading a minute.
  extra: `ocpp:
  configuration:
    MeterValueSampleInterval: "5"
    MeterValuesSampledData: Energy.Active.Import.Register,Power.Active.Import,Current.Import,Voltage
`,
});

const programs = [];
let stopping = false;
async function stop(code) {
  if (stopping) return;
  stopping = true;
  say('\nStopping. The data stays in var/.');
  // The charge point first, so that it can still close its connection in good order.
  for (const program of [...programs].reverse()) await program.stop();
  process.exit(code);
}
process.on('SIGINT', () => stop(0));
process.on('SIGTERM', () => stop(0));

const run = (name, command) =>
  keepRunning({
    name,
    command,
    env: { NO_COLOR: '1' },
    onLine: show(name),
    onExit: (code, signal, willRestart) => {
      if (stopping) return;
      say(`${name} ended (${signal ?? `status ${code}`})${willRestart ? ', starting it again' : ''}.`);
      if (!willRestart) stop(1);
    },
  });

programs.push(
  run('csms-lite', [
    process.execPath,
    CSMS_PROGRAM,
    'serve',
    '--host',
    host,
    '--port',
    String(port),
    '--data',
    csmsDirectory,
  ]),
);
try {
  await until('csms-lite answers', () => ask({ host, port }, 'GET', '/api/v1/health').then((a) => a.status === 200));
  if (!again) await ask({ host, port }, 'PUT', `/api/v1/id-tags/${DEMO_CARD}`, { status: 'Accepted' });
  programs.push(run('tapwatt', [...TAPWATT_COMMAND, 'run', '--config', configFile]));
  await until('the charge point is accepted', async () => {
    const { body } = await ask({ socketPath: controlSocket }, 'GET', '/state');
    return body?.csms?.registration === 'Accepted';
  });
} catch (error) {
  console.error(`${error.message}. Run again with: npm start -- --verbose`);
  console.error(`Is something else using port ${port}? CSMS_PORT=8181 npm start takes another.`);
  await stop(1);
}

say(`
Tapwatt runs: csms-lite and the charge point CP01 with two connectors (simulated hardware).

  Open    http://${host}:${port}/
  Type    npx tapwatt plug-in             a car at connector 1
          npx tapwatt tap ${DEMO_CARD}        its driver's card: charging starts
          npx tapwatt status --watch      what the charge point does
          npx tapwatt tap ${DEMO_CARD}        the same card again: charging stops
          npx tapwatt plug-out

  Another charger connects to ws://${host}:${port}/ocpp/<its id>
  Ctrl-C stops both. ${again ? 'The sessions of earlier runs are there again.' : 'The data is kept in var/.'}
`);
