// The test machine of kernel-vm, started by ourselves: a network to the host's loopback, a second disk, and a power switch.
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../scripts/lib/local.mjs';

/** qemu → the folder that it shares with its guest. */
const running = new Map();

/** Ends every machine that this process started. */
export function cutAll() {
  for (const [qemu, job] of running) {
    qemu.kill('SIGKILL');
    rmSync(job, { recursive: true, force: true });
  }
}

function hasKvm() {
  try {
    closeSync(openSync('/dev/kvm', 'r+'));
    return /^flags.*\b(vmx|svm)\b/m.test(readFileSync('/proc/cpuinfo', 'utf8'));
  } catch {
    return false;
  }
}

/**
 * Boots the machine, runs `command` in it as root.
 * @param options.disk root disk image; never changed unless `keepDisk`.
 * @param options.shares `{ host, guest, writable }`; 9p.
 * @param options.stateDisk second disk, /dev/vdb: exactly what the guest has flushed survives `cut`.
 */
export function bootVm({
  build,
  disk = join(build, 'rootfs.ext4'),
  keepDisk = false,
  shares = [],
  stateDisk = null,
  command,
  kernelArguments = '',
}) {
  const job = mkdtempSync(join(tmpdir(), 'tapwatt-vm-'));
  const file = (name) => join(job, name);
  for (const name of ['out', 'err']) writeFileSync(file(name), '');
  writeFileSync(file('cmd'), `exec ${command}\n`);
  const mounts = shares.map(
    ({ guest, writable }, index) => `share${index} ${writable ? 'cache=none' : 'ro,cache=loose'} ${guest}\n`,
  );
  writeFileSync(file('mounts'), mounts.join(''));
  const virtfs = (path, tag, more) => ['-virtfs', `local,path=${path},mount_tag=${tag},security_model=none${more}`];
  const kvm = hasKvm();
  const args = [
    ...(kvm ? ['-accel', 'kvm', '-cpu', 'host'] : ['-accel', 'tcg,thread=multi,tb-size=512', '-cpu', 'max']),
    ...['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none', '-M', 'q35', '-m', '1024', '-smp', '2'],
    ...['-nic', 'user,model=virtio-net-pci'],
    ...['-kernel', join(build, 'vmlinuz'), '-initrd', join(build, 'initrd.gz')],
    '-append',
    `console=ttyS0 quiet panic=-1 mitigations=off nokaslr audit=0 random.trust_cpu=on systemd.show_status=no ${kernelArguments}`,
    ...['-drive', `file=${disk},format=raw,if=virtio,${keepDisk ? 'cache=unsafe' : 'snapshot=on'}`],
    ...(stateDisk === null ? [] : ['-drive', `file=${stateDisk},format=raw,if=virtio,cache=writethrough`]),
    ...['-device', 'virtio-rng-pci', '-serial', `file:${file('console')}`],
    ...virtfs(job, 'job', ''),
    ...shares.flatMap(({ host, writable }, index) =>
      virtfs(host, `share${index}`, `,multidevs=remap${writable ? '' : ',readonly=on'}`),
    ),
  ];
  const qemu = spawn('qemu-system-x86_64', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  running.set(qemu, job);
  qemu.once('close', () => running.delete(qemu));
  let complaint = '';
  qemu.stderr.on('data', (chunk) => {
    complaint += chunk;
  });
  const gone = new Promise((resolve) => qemu.once('close', resolve));
  const read = (name) => (existsSync(file(name)) ? readFileSync(file(name), 'utf8') : '');
  const close = async () => {
    if (qemu.exitCode === null && qemu.signalCode === null) qemu.kill('SIGKILL');
    await gone;
    const result = {
      status: read('rc') === '' ? null : Number(read('rc')),
      out: read('out'),
      err: read('err'),
      console: read('console').slice(-3000),
      complaint,
    };
    rmSync(job, { recursive: true, force: true });
    return result;
  };
  return {
    accelerated: kvm,
    output: () => read('out'),
    /** The guest's systemd has begun the command. */
    begun: () => existsSync(file('uptime')),
    alive: () => qemu.exitCode === null && qemu.signalCode === null,
    /** The power goes: qemu is killed by its pid, the guest's page cache with it. */
    cut: close,
    /** Waits until the guest has powered itself off. */
    async finished(timeoutMs) {
      await Promise.race([gone, sleep(timeoutMs, undefined, { ref: false })]);
      const late = qemu.exitCode === null && qemu.signalCode === null;
      return { ...(await close()), late };
    },
  };
}

/** A guest that has not begun its command by then hangs in qemu. */
const BOOT_MS = 300_000;
const BOOTS = 3;

/**
 * Boots, and boots again when the guest hangs before systemd is up: seen once in 60 boots without KVM on a machine with
 * a load of 20 ("task busybox blocked" in the initrd). For the state disk it is a power cut more.
 */
export async function bootSurely(options, what) {
  for (let boot = 1; ; boot += 1) {
    const vm = bootVm(options);
    const begun = await until('the guest has begun', () => vm.begun() || !vm.alive(), BOOT_MS).catch(() => false);
    if (begun || boot === BOOTS) return vm;
    console.log(`  ${what}: the guest hung in its boot (${boot}. time); its power is cut and it boots again`);
    await vm.cut();
  }
}
