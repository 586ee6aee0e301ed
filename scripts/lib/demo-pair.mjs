import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ask, CSMS_PROGRAM, DEMO_CARD, freePort, TAPWATT_PROGRAM, until, writeSimulation } from './local.mjs';
import { keepRunning } from './service-manager.mjs';

const host = '127.0.0.1';

/**
 * csms-lite and one tapwatt on simulated hardware beside it, in a temporary folder, for a demonstration.
 * @param simulation as writeSimulation takes it, without the URL
 * @param decimals of the seconds that `say` puts before each line
 */
export async function demoPair({ name, decimals = 1, ...simulation }) {
  const port = await freePort();
  const directory = mkdtempSync(join(tmpdir(), `tapwatt-${name}-`));
  const { configFile, controlSocket } = writeSimulation(join(directory, 'charge-point'), {
    csmsUrl: `ws://${host}:${port}/ocpp`,
    ...simulation,
  });
  const startedAt = Date.now();
  const lines = [];
  const run = (program, ...args) =>
    keepRunning({
      name: program,
      command: [process.execPath, ...args],
      onLine: (line) => lines.push(`[${program}] ${line}`),
    });
  const csmsApi = (method, path, body) =>
    ask({ host, port }, method, `/api/v1${path}`, body).then((answer) => answer.body);
  const control = (method, path, body) =>
    ask({ socketPath: controlSocket }, method, path, body).then((answer) => answer.body);
  let csms = null;
  let chargePoint = null;
  return {
    url: `http://${host}:${port}`,
    controlSocket,
    /** What both programs printed. */
    lines,
    csmsApi,
    control,
    connector: async () => (await control('GET', '/state')).connectors[0],
    say: (text) =>
      console.log(`${((Date.now() - startedAt) / 1000).toFixed(decimals).padStart(4 + decimals)} s  ${text}`),
    /** csms-lite answers and knows DEMO_CARD. */
    async startCsms() {
      const data = join(directory, 'csms');
      csms = run('csms-lite', CSMS_PROGRAM, 'serve', '--host', host, '--port', String(port), '--data', data);
      await until('csms-lite answers', () => csmsApi('GET', '/health'));
      await csmsApi('PUT', `/id-tags/${DEMO_CARD}`, { status: 'Accepted' });
    },
    /** The charge point is accepted. `args`: of `tapwatt run`. */
    async startChargePoint(...args) {
      chargePoint = run('tapwatt', TAPWATT_PROGRAM, 'run', '--config', configFile, ...args);
      await until('boot accepted', async () => (await control('GET', '/state')).csms.registration === 'Accepted');
    },
    async end() {
      await chargePoint?.stop();
      await csms?.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
