import { type Check, fault, ok, skipped, warning } from '../check.js';

const OLDEST_NODE = 20;
/** The program itself says so when it was packaged; a checkout has no such file. */
const ABI_FILE = '/usr/lib/tapwatt/node-abi';
/** Later than this the clock has never been set: a Pi without network begins in the past. */
const BUILD_YEAR = 2025;

export const machineChecks: readonly Check[] = [
  {
    id: 'os-64bit',
    title: '64-bit system',
    run: ({ probes: { arch } }) =>
      ['arm64', 'x64'].includes(arch)
        ? ok(arch)
        : fault(
            `${arch}: Node.js and its addons are no longer built for 32-bit ARM`,
            'install the 64-bit Raspberry Pi OS',
          ),
  },
  {
    id: 'node-version',
    title: 'Node.js',
    run: ({ probes: { nodeVersion } }) =>
      Number(nodeVersion.split('.')[0]) >= OLDEST_NODE
        ? ok(nodeVersion)
        : fault(`${nodeVersion} is too old`, `install Node.js ${OLDEST_NODE} or newer: sudo apt install nodejs`),
  },
  {
    id: 'node-abi',
    title: 'Native addons fit this Node.js',
    run({ probes }) {
      const built = probes.read(ABI_FILE)?.trim();
      if (built === undefined) return skipped('not a package');
      if (built === probes.nodeAbi) return ok(`ABI ${built}`);
      return fault(
        `the package was built for ABI ${built}, this Node.js ${probes.nodeVersion} has ${probes.nodeAbi}`,
        'install the tapwatt package for this Node.js, or the Node.js that the package was built with',
      );
    },
  },
  ...(['better-sqlite3', 'i2c-bus', 'onoff', 'socketcan'] as const).map(addonCheck),
  {
    id: 'clock',
    title: 'Clock',
    async run({ probes, config, state }) {
      const year = new Date(probes.nowMs()).getUTCFullYear();
      const fix = 'sudo timedatectl set-ntp true (certificates and session times need the right time)';
      if (year < BUILD_YEAR) return fault(`it is set to ${year}`, fix);
      if (config?.clock.setSystemClock === true) {
        const path = await probes.command('systemctl', ['is-active', 'tapwatt-clock.path']);
        if (path !== null && path.stdout.trim() !== 'active')
          return warning(
            'clock.setSystemClock is on, but nothing sets the clock: tapwatt-clock.path is not active',
            'sudo systemctl enable --now tapwatt-clock.path',
            ['systemctl', 'enable', '--now', 'tapwatt-clock.path'],
          );
      }
      if (state !== null && !state.clock.trusted)
        return warning(
          'the charge point does not know the time yet: neither NTP nor the central system has said it',
          fix,
        );
      const answer = await probes.command('timedatectl', ['show', '-p', 'NTPSynchronized', '--value']);
      if (answer === null || answer.status !== 0) return skipped('timedatectl does not answer');
      if (answer.stdout.trim() === 'yes') return ok('synchronised');
      const tls = config?.csms.url.startsWith('wss:') === true;
      return warning(`not synchronised${tls ? ': TLS may refuse certificates' : ''}`, fix, [
        'timedatectl',
        'set-ntp',
        'true',
      ]);
    },
  },
  {
    id: 'undervoltage',
    title: 'Power supply of the Pi',
    async run({ probes }) {
      const answer = await probes.command('vcgencmd', ['get_throttled']);
      const bits = Number(/0x[0-9a-f]+/i.exec(answer?.stdout ?? '')?.[0] ?? Number.NaN);
      if (Number.isNaN(bits)) return skipped('no vcgencmd: not a Raspberry Pi');
      const fix = 'use the official power supply and a short cable; SD cards lose data at low voltage';
      if (bits & 0x1) return fault('the voltage is too low now', fix);
      if (bits & 0x10000) return warning('the voltage has been too low since the start', fix);
      return ok('voltage never too low since the start');
    },
  },
];

function addonCheck(name: 'better-sqlite3' | 'i2c-bus' | 'onoff' | 'socketcan'): Check {
  return {
    id: `addon-${name}`,
    title: `Addon ${name}`,
    async run({ probes, config }) {
      const needed = {
        'better-sqlite3': true,
        'i2c-bus': config?.reader.kind === 'pn532',
        onoff: config !== null && config.gpio.backend !== 'simulated',
        socketcan: config?.can.kind === 'socketcan',
      }[name];
      if (!needed) return skipped('not needed by this configuration');
      const open =
        name === 'better-sqlite3' ? ".then(({ default: Database }) => new Database(':memory:').close())" : '';
      // From where it is used: hal has the hardware's addons, firmware the journal's.
      const from = name === 'better-sqlite3' ? 'better-sqlite3' : `@tapwatt/hal/package.json`;
      const code =
        name === 'better-sqlite3'
          ? `await import('better-sqlite3')${open};process.exit(0)`
          : `import { createRequire } from 'node:module';createRequire(createRequire(import.meta.url).resolve('${from}'))('${name}');process.exit(0)`;
      const { ok: loaded, message } = await probes.inChild(code, 60_000);
      if (loaded) return ok('loads');
      return fault(
        `cannot be loaded: ${message}`,
        `npm rebuild ${name === 'onoff' ? 'epoll' : name} where tapwatt stands, or install the package for this Node.js`,
      );
    },
  };
}
