// npm run test:kernel: the package in a virtual machine with a real kernel, systemd, vcan, I2C and GPIO.
//
//   node test/kernel/run.mjs [--long] [--short] [--runs N] [--only kernel|package|power-cut] [--keep]
//
//   --long   30 power cuts instead of 3      --short   the session at GPIO base 512 and nothing else: for .ci/run
//
// Needs the machine of kernel-vm (TAPWATT_KERNEL_VM, else ../shared/kernel-vm), built with virtio_net into PIVM_BUILD
// (else test/.artifacts/vm; built there when it is missing: root on Debian 12). Ends with 3 when it cannot run here.
import { execFileSync, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ask, CSMS_PROGRAM, DEMO_CARD, freePort, repository, until } from '../../scripts/lib/local.mjs';
import { keepRunning } from '../../scripts/lib/service-manager.mjs';
import { powerCutTest } from './power-cut.mjs';
import { bootSurely, cutAll } from './vm.mjs';

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

/** 12 to 20 s on a quiet machine without KVM. For --short alone: a person may have the patience that CI has not. */
const LONGEST_BOOT_S = 100;
/** Of a guest program; tools.mjs has it. */
const WRONG_IMAGE = 90;

function cannotRun(reason) {
  console.error(
    `\n!!! THE KERNEL TEST DID NOT RUN: ${reason}\n!!! Nothing about systemd, I2C, CAN, GPIO or power cuts was proved here.\n`,
  );
  process.exit(3);
}

/** GPIO bases and what is checked at each. */
function extentsOf({ only, short }) {
  if (only === 'package') return [[512, 'package']];
  if (short) return [[512, 'short']];
  return [
    [0, 'full'],
    [512, 'short'],
  ];
}

/** The package as an update that the charge point believes, and as one that it does not. */
function signUpdates(deb, folder) {
  const sign = (name) => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const key = join(work, `${name}.key`);
    writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    writeFileSync(join(folder, `${name}.pem`), publicKey.export({ type: 'spki', format: 'pem' }));
    const signer = join(repository, 'scripts/package/sign-update.mjs');
    execFileSync(process.execPath, [signer, '--key', key, '--out', join(folder, `${name}.update`), deb]);
    return `${name}.update`;
  };
  return { signed: sign('fleet'), strange: sign('strange') };
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
/** Why the test cannot be done on this machine, found out late. */
let unable = null;
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
  // The second replaces the first, the third comes over OCPP; --short installs the first alone.
  const versions = values.short ? [version] : [version, `${version}.1`, `${version}.2`];
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
  const update = debs[2] === undefined ? null : signUpdates(join(packages, debs[2]), packages);
  const shares = (out) => {
    mkdirSync(out, { recursive: true });
    return [
      { host: packages, guest: '/srv/packages' },
      { host: join(repository, 'test/kernel/guest'), guest: '/srv/test' },
      { host: out, guest: '/out', writable: true },
    ];
  };

  if (values.only !== 'power-cut') {
    const extents = extentsOf(values);
    for (const [base, extent] of extents) {
      const out = join(work, `out-${base}`);
      const machine = {
        build,
        shares: shares(out),
        kernelArguments: `testboard.gpio_base=${base}`,
        command: `node /srv/test/checks.mjs ${port} ${extent} ${[debs[0], debs[1], update?.signed, update?.strange].filter(Boolean).join(' ')}`,
      };
      const bootedAt = Date.now();
      const vm = await bootSurely(machine, `GPIO base ${base}`);
      const bootS = Math.round((Date.now() - bootedAt) / 1000);
      if (values.short && bootS > LONGEST_BOOT_S) {
        // A failure would say nothing about the package: watchdog and timeouts count seconds that the guest does not get.
        await vm.cut();
        unable = `the guest needed ${bootS} s to boot: this machine is too busy`;
        break;
      }
      const { status, late, console: text, err } = await vm.finished(5_400_000);
      const results = existsSync(join(out, 'results.jsonl'))
        ? readFileSync(join(out, 'results.jsonl'), 'utf8')
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line))
        : [];
      for (const result of results) row(`GPIO base ${base}`, result);
      if (status === WRONG_IMAGE) {
        unable = err.trim();
        break;
      }
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
      ok: open === 0 && body.total >= extents.filter(([, extent]) => extent !== 'package').length,
      detail: `${body.total} sessions, ${open} open`,
      seconds: 0,
    });
  }
  if ([undefined, 'power-cut'].includes(values.only) && !values.short && unable === null) {
    const runs = Number(values.runs ?? (values.long ? 30 : 3));
    await powerCutTest({ build, work, shares, port, api, runs, row });
  }
} finally {
  await csms.stop();
  if (!values.keep) rmSync(work, { recursive: true, force: true });
  else console.log(`kept: ${work}`);
}

if (unable !== null) cannotRun(unable);
const width = Math.max(...rows.map(({ name }) => name.length), 1);
console.log(
  `\n${rows.map(({ ok, test, name, detail }) => `${ok ? '✓' : '✗'}  ${test.padEnd(14)}  ${name.padEnd(width)}  ${detail.split('\n')[0].slice(0, 120)}`).join('\n')}`,
);
console.log(`\n${rows.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
