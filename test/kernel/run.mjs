// npm run test:kernel: the package in a virtual machine with a real kernel, systemd, vcan, I2C and GPIO.
//
//   node test/kernel/run.mjs [--long] [--short] [--runs N] [--only kernel|power-cut] [--keep]
//
//   --long   30 power cuts instead of 3      --short   the session at GPIO base 512 and nothing else: for .ci/run
//
// Needs the machine of kernel-vm (TAPWATT_KERNEL_VM, else ../shared/kernel-vm), built with virtio_net into PIVM_BUILD
// (else test/.artifacts/vm; built there when it is missing: root on Debian 12). Ends with 3 when it cannot run here.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ask, CSMS_PROGRAM, DEMO_CARD, freePort, repository, until } from '../../scripts/lib/local.mjs';
import { keepRunning } from '../../scripts/lib/service-manager.mjs';
import { powerCutTest } from './power-cut.mjs';
import { bootVm, cutAll } from './vm.mjs';

const { values } = parseArgs({
  options: {
    long: { type: 'boolean', default: false },
    short: { type: 'boolean', default: false },
    runs: { type: 'string' },
    only: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});
const kernelVm = process.env.TAPWATT_KERNEL_VM ?? join(repository, '../shared/kernel-vm');
const build = process.env.PIVM_BUILD ?? join(repository, 'test/.artifacts/vm');

function cannotRun(reason) {
  console.error(
    `\n!!! THE KERNEL TEST DID NOT RUN: ${reason}\n!!! Nothing about systemd, I2C, CAN, GPIO or power cuts was proved here.\n`,
  );
  process.exit(3);
}

if (spawnSync('qemu-system-x86_64', ['--version']).status !== 0) cannotRun('there is no qemu-system-x86_64');
if (!existsSync(join(build, 'rootfs.ext4'))) {
  if (!existsSync(join(kernelVm, 'build-vm'))) cannotRun(`there is no ${kernelVm}/build-vm`);
  console.log(`Building the machine in ${build} (about a minute) …`);
  mkdirSync(build, { recursive: true });
  const { status } = spawnSync(join(kernelVm, 'build-vm'), [build], {
    stdio: 'inherit',
    env: { ...process.env, PIVM_MODULES: 'virtio_net' },
  });
  if (status !== 0) cannotRun('the machine could not be built');
}

const work = mkdtempSync(join(tmpdir(), 'tapwatt-kernel-'));
const rows = [];
const port = await freePort();
const csms = keepRunning({
  name: 'csms-lite',
  command: [
    process.execPath,
    CSMS_PROGRAM,
    'serve',
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    '--data',
    join(work, 'csms'),
  ],
  onLine: () => {},
});
const api = (method, path, body) => ask({ host: '127.0.0.1', port }, method, `/api/v1${path}`, body);
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    cutAll();
    void csms.stop(0).then(() => {
      rmSync(work, { recursive: true, force: true });
      console.error(`\n!!! THE KERNEL TEST WAS ENDED BY ${signal} BEFORE IT WAS DONE: out of time?\n`);
      process.exit(124);
    });
  });
}
let failed = 0;
const row = (test, { name, ok, detail, seconds }) => {
  if (!ok) failed += 1;
  rows.push({ test, name, ok, detail, seconds });
  console.log(`${ok ? '✓' : '✗'} ${test}: ${name} (${seconds.toFixed(1)} s)\n    ${detail.replaceAll('\n', '\n    ')}`);
};

try {
  await until('csms-lite answers', async () => (await api('GET', '/health')).status === 200);
  await api('PUT', `/id-tags/${DEMO_CARD}`, { status: 'Accepted' });
  const packages = join(work, 'packages');
  const { version } = JSON.parse(readFileSync(join(repository, 'firmware/package.json'), 'utf8'));
  const versions = [version, `${version}.1`];
  const debs = versions.map((name) => `tapwatt_${name}_${process.arch === 'x64' ? 'amd64' : process.arch}.deb`);
  for (const name of versions) {
    execFileSync(process.execPath, [
      join(repository, 'scripts/package.mjs'),
      '--only',
      'deb',
      '--fast',
      '--out',
      packages,
      '--version',
      name,
    ]);
  }
  const shares = (out) => {
    mkdirSync(out, { recursive: true });
    return [
      { host: packages, guest: '/srv/packages' },
      { host: join(repository, 'test/kernel/guest'), guest: '/srv/test' },
      { host: out, guest: '/out', writable: true },
    ];
  };

  if (values.only !== 'power-cut') {
    const extents = values.short
      ? [[512, 'short']]
      : [
          [0, 'full'],
          [512, 'short'],
        ];
    for (const [base, extent] of extents) {
      const out = join(work, `out-${base}`);
      const vm = bootVm({
        build,
        shares: shares(out),
        kernelArguments: `testboard.gpio_base=${base}`,
        command: `node /srv/test/checks.mjs ${port} ${extent} ${debs.join(' ')}`,
      });
      const { status, late, console: text, err } = await vm.finished(2_400_000);
      const results = existsSync(join(out, 'results.jsonl'))
        ? readFileSync(join(out, 'results.jsonl'), 'utf8')
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line))
        : [];
      for (const result of results) row(`GPIO base ${base}`, result);
      const complete = status === 0 && !late;
      if (!complete)
        row(`GPIO base ${base}`, {
          name: 'the machine ran to the end',
          ok: false,
          detail: `status ${status}${late ? ', out of time' : ''}\n${err}\n${text}`,
          seconds: 0,
        });
      if (values.keep || !complete || results.some(({ ok }) => !ok)) {
        const log = join(out, 'log.txt');
        if (existsSync(log)) console.log(readFileSync(log, 'utf8').split('\n').slice(-120).join('\n'));
      }
    }
    const { body } = await api('GET', '/transactions?limit=1000');
    const open = body.items.filter(({ status }) => status === 'active').length;
    row('csms-lite', {
      name: 'every session is there, none open',
      ok: open === 0 && body.total >= (values.short ? 1 : 2),
      detail: `${body.total} sessions, ${open} open`,
      seconds: 0,
    });
  }
  if (values.only !== 'kernel' && !values.short) {
    const runs = Number(values.runs ?? (values.long ? 30 : 3));
    await powerCutTest({ build, work, shares, port, api, runs, row });
  }
} finally {
  await csms.stop();
  if (!values.keep) rmSync(work, { recursive: true, force: true });
  else console.log(`kept: ${work}`);
}

const width = Math.max(...rows.map(({ name }) => name.length), 1);
console.log(
  `\n${rows.map(({ ok, test, name, detail }) => `${ok ? '✓' : '✗'}  ${test.padEnd(14)}  ${name.padEnd(width)}  ${detail.split('\n')[0].slice(0, 120)}`).join('\n')}`,
);
console.log(`\n${rows.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
