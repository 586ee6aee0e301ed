// What a technician waits for: `tapwatt --help`, `tapwatt status`, the service from start to READY, and what the package weighs.
//
//   node scripts/bench/cli.mjs [--rounds 15] [--json]
//
// Wall clock and processor time of whole processes, beside a Node process that does nothing, in turn. READY is when
// `systemd-notify` is told so (a script of ours in the PATH writes down when). Needs a build, and Linux for the package.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { repository, TAPWATT_PROGRAM, until, writeSimulation } from '../lib/local.mjs';
import { stage } from '../package/stage.mjs';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '15' }, json: { type: 'boolean', default: false } },
});
const rounds = Number(values.rounds);
const work = mkdtempSync(join(tmpdir(), 'tapwatt-bench-cli-'));
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TAPWATT_')));

const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];

/** Loaded before the program: it says its own processor time as its last word on standard error. */
const tellCpu = join(work, 'tell-cpu.cjs');
writeFileSync(
  tellCpu,
  `process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  require('node:fs').writeSync(2, '\\ncpu ' + (user + system) / 1000);
});
`,
);

function runOnce(args) {
  const startedAt = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ['--require', tellCpu, ...args], { env, encoding: 'utf8' });
  const wallMs = performance.now() - startedAt;
  if (status !== 0) throw new Error(`${args.join(' ')}: status ${status}: ${stderr}`);
  return { wallMs, cpuMs: Number(/cpu ([\d.]+)$/.exec(stderr)?.[1]) };
}

function figures(samples) {
  return { wallMs: median(samples.map(({ wallMs }) => wallMs)), cpuMs: median(samples.map(({ cpuMs }) => cpuMs)) };
}

/** From the start of the process to READY=1. */
async function readyOnce(configFile, log) {
  rmSync(log, { force: true });
  const child = spawn(process.execPath, [TAPWATT_PROGRAM, 'run', '--config', configFile], {
    env: { ...env, NOTIFY_SOCKET: join(work, 'notify'), PATH: `${work}:${env.PATH}` },
    stdio: 'ignore',
  });
  const startedAtMs = Date.now();
  const ended = new Promise((resolve) => child.once('close', resolve));
  try {
    return await until(
      'READY',
      async () => {
        const line =
          existsSync(log) &&
          readFileSync(log, 'utf8')
            .split('\n')
            .find((text) => text.includes('READY=1'));
        return line ? Number(line.split(' ')[0]) - startedAtMs : false;
      },
      60_000,
    );
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

try {
  const { configFile, controlSocket } = writeSimulation(join(work, 'point'), { csmsUrl: 'ws://127.0.0.1:9/ocpp' });
  const log = join(work, 'notify.log');
  const notify = join(work, 'systemd-notify');
  writeFileSync(notify, `#!/bin/sh\necho "$(date +%s%3N) $*" >>${log}\n`);
  chmodSync(notify, 0o755);

  const ready = [];
  for (let i = 0; i < Math.max(3, rounds / 3); i += 1) ready.push(await readyOnce(configFile, log));

  const point = spawn(process.execPath, [TAPWATT_PROGRAM, 'run', '--config', configFile], { env, stdio: 'ignore' });
  const samples = { nothing: [], help: [], status: [] };
  try {
    await until('the charge point answers', async () => existsSync(controlSocket), 60_000);
    await sleep(3000);
    for (let i = 0; i < rounds; i += 1) {
      samples.nothing.push(runOnce(['-e', '0']));
      samples.help.push(runOnce([TAPWATT_PROGRAM, '--help']));
      samples.status.push(runOnce([TAPWATT_PROGRAM, 'status', '--socket', controlSocket]));
    }
  } finally {
    const ended = new Promise((resolve) => point.once('close', resolve));
    point.kill('SIGTERM');
    await ended;
  }
  const { version } = JSON.parse(readFileSync(join(repository, 'firmware/package.json'), 'utf8'));
  const installed =
    process.platform === 'linux' ? await stage({ root: repository, tree: join(work, 'tree'), version }) : null;
  const result = {
    nothing: figures(samples.nothing),
    help: figures(samples.help),
    status: figures(samples.status),
    readyMs: median(ready),
    installedBytes: installed?.bytes ?? null,
  };
  console.log(JSON.stringify(result, null, values.json ? 0 : 2));
} finally {
  rmSync(work, { recursive: true, force: true });
}
