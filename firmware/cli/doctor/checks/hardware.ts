import type { ChargePointConfig } from '../../../config/config.js';
import { type Check, fault, ok, skipped, warning } from '../check.js';
import type { Probes } from '../probes.js';

const BOOT_CONFIG = ['/boot/firmware/config.txt', '/boot/config.txt'];
/** Pi 0 to 4 cannot wait for a PN532 that stretches the clock; at this rate it need not. */
const SAFE_BAUD = 50_000;
const LISTEN_MS = 3500;

const bootConfig = (probes: Probes): string =>
  BOOT_CONFIG.map((path) => probes.read(path)).find((found) => found !== null) ?? '';

/** BCM number of the interrupt line of an MCP2515 in config.txt; null without one. 25 is the overlay's own default. */
function canInterrupt(probes: Probes): number | null {
  const line = /^\s*dtoverlay=mcp2515[^\n]*/m.exec(bootConfig(probes))?.[0];
  return line === undefined ? null : Number(/interrupt=(\d+)/.exec(line)?.[1] ?? 25);
}

function pinsOf({ reader, gpio, connectors }: ChargePointConfig): { pin: number | null; name: string; key: string }[] {
  return [
    ...(reader.kind === 'pn532'
      ? [
          { pin: reader.resetPin, name: 'the reset of the reader', key: 'reader.resetPin' },
          { pin: reader.irqPin, name: 'the IRQ of the reader', key: 'reader.irqPin' },
        ]
      : []),
    { pin: gpio.indicatorPin, name: 'the indicator', key: 'gpio.indicatorPin' },
    ...connectors.flatMap((connector, index) =>
      (['relayPin', 'plugPin', 'lockPin', 'pwmPin'] as const).map((key) => ({
        pin: connector[key],
        name: `${key} of connector ${connector.id}`,
        key: `connectors[${index}].${key}`,
      })),
    ),
  ];
}

export const hardwareChecks: readonly Check[] = [
  {
    id: 'i2c-device',
    title: 'I2C bus',
    run({ probes, config }) {
      if (config?.reader.kind !== 'pn532') return skipped('no PN532 in the configuration');
      const device = `/dev/i2c-${config.reader.i2cBus}`;
      const refused = probes.refusal(device);
      if (refused === null) return ok(device);
      if (refused === 'ENOENT')
        return fault(`${device} is not there`, 'sudo raspi-config nonint do_i2c 0, then reboot', [
          'raspi-config',
          'nonint',
          'do_i2c',
          '0',
        ]);
      return fault(
        `${device} may not be used (${refused})`,
        'sudo usermod -aG i2c $USER, then log in again; or sudo tapwatt doctor',
      );
    },
  },
  {
    id: 'i2c-baudrate',
    title: 'I2C clock',
    run({ probes, config }) {
      if (config?.reader.kind !== 'pn532') return skipped('no PN532 in the configuration');
      const model = probes.read('/proc/device-tree/model')?.replaceAll('\0', '').trim() ?? null;
      if (model === null || !model.startsWith('Raspberry Pi')) return skipped('not a Raspberry Pi');
      if (/Pi 5|500/.test(model)) return ok(`${model} waits for the reader at any rate`);
      const text = bootConfig(probes);
      const rate = Number(/^\s*dtparam=.*i2c_arm_baudrate=(\d+)/m.exec(text)?.[1] ?? 100_000);
      if (rate <= SAFE_BAUD) return ok(`${rate} Hz`);
      return warning(
        `${rate} Hz on a ${model}: the PN532 may be missed now and then`,
        'write dtparam=i2c_arm_baudrate=50000 into /boot/firmware/config.txt, then reboot',
      );
    },
  },
  {
    id: 'reader',
    title: 'Card reader',
    async run({ probes, config, state }) {
      if (config?.reader.kind !== 'pn532') return skipped('no PN532 in the configuration');
      const wiring =
        'check 3.3 V, SDA on pin 3, SCL on pin 5, and the switches of the module (I2C: SEL0 high, SEL1 low)';
      if (state !== null) {
        const { health, reason, fix } = state.reader;
        if (health === 'ok') return ok('works (says the charge point)');
        return fault(`does not work: ${reason ?? health}`, fix || wiring);
      }
      if (probes.refusal(`/dev/i2c-${config.reader.i2cBus}`) !== null) return skipped('the I2C bus cannot be used');
      const code = `import { createSystemClock, i2cTransport, openCardReader } from '@tapwatt/hal';
const reader = openCardReader({ clock: createSystemClock(), openTransport: i2cTransport({ busNumber: ${config.reader.i2cBus}, address: ${config.reader.address} }), pollMs: 200 });
reader.onHealth((health) => { if (health.state === 'starting') return; console.log(health.state === 'ok' ? 'ok' : health.reason); process.exit(health.state === 'ok' ? 0 : 1); });
reader.start();`;
      const { ok: works, stdout, message } = await probes.inChild(code, 10_000);
      return works ? ok('a PN532 answers') : fault(`does not answer: ${stdout.trim() || message}`, wiring);
    },
  },
  {
    id: 'gpio',
    title: 'Pins',
    run({ probes, config }) {
      if (config === null || config.gpio.backend === 'simulated') return skipped('no real pins in the configuration');
      const root = '/sys/class/gpio';
      const chips = probes
        .list(root)
        .filter((name) => name.startsWith('gpiochip'))
        .map((name) => ({
          label: probes.read(`${root}/${name}/label`)?.trim() ?? '',
          base: probes.read(`${root}/${name}/base`)?.trim() ?? '',
        }));
      const chip = chips.find(({ label }) => config.gpio.chipLabels.includes(label));
      if (chip === undefined) {
        const found = chips.length === 0 ? 'none' : chips.map(({ label }) => label).join(', ');
        return fault(
          `no controller of a Raspberry Pi header (found: ${found})`,
          'on a laptop: tapwatt config set gpio.backend simulated; on another board: tapwatt config set gpio.chipLabels "[LABEL]"',
        );
      }
      const interrupt = canInterrupt(probes);
      const clash = interrupt === null ? undefined : pinsOf(config).find(({ pin }) => pin === interrupt);
      if (clash !== undefined)
        return fault(
          `GPIO ${clash.pin} is the interrupt of the CAN controller (config.txt) and ${clash.name} (configuration)`,
          `wire ${clash.name} to another pin: tapwatt config set ${clash.key} PIN`,
        );
      // /sys/class/gpio/export is write-only: reading it is not asked for.
      const refused = probes.refusal(`${root}/export`);
      if (refused !== null && !probes.isRoot)
        return warning(
          `${root}/export may not be written by this user (${refused})`,
          'the service may (group gpio); for yourself: sudo usermod -aG gpio $USER, then log in again',
        );
      return ok(`${chip.label}, numbered from ${chip.base}`);
    },
  },
  {
    id: 'pwm',
    title: 'Control pilot PWM',
    run({ probes, config }) {
      if (
        config === null ||
        config.gpio.backend === 'simulated' ||
        config.connectors.every(({ pwmPin }) => pwmPin === null)
      )
        return skipped('no pwmPin in the configuration');
      const [chip] = probes.list('/sys/class/pwm');
      return chip === undefined
        ? fault(
            'the kernel has no PWM',
            'write dtoverlay=pwm,pin=18,func=2 into /boot/firmware/config.txt, then reboot',
          )
        : ok(chip);
    },
  },
  {
    id: 'can-interface',
    title: 'CAN interface',
    run({ probes, config }) {
      if (config?.can.kind !== 'socketcan') return skipped('no kernel CAN in the configuration');
      const name = config.can.interface;
      const state = probes.read(`/sys/class/net/${name}/operstate`)?.trim();
      if (state === undefined)
        return fault(
          `there is no ${name}`,
          'write dtparam=spi=on and dtoverlay=mcp2515-can0,oscillator=12000000,interrupt=25 into /boot/firmware/config.txt (oscillator as on the crystal), then reboot',
        );
      // Virtual interfaces have no carrier to speak of: unknown is up.
      if (['up', 'unknown'].includes(state)) return ok(`${name} is up`);
      return fault(`${name} is ${state}`, `sudo systemctl start can@${name}`, ['systemctl', 'start', `can@${name}`]);
    },
  },
  {
    id: 'can-bus',
    title: 'CAN bit rate and bus state',
    async run({ probes, config }) {
      if (config?.can.kind !== 'socketcan') return skipped('no kernel CAN in the configuration');
      const name = config.can.interface;
      const answer = await probes.command('ip', ['-details', '-json', 'link', 'show', name]);
      if (answer === null || answer.status !== 0) return skipped(`${name} cannot be looked at`);
      const [link] = JSON.parse(answer.stdout) as {
        linkinfo?: { info_kind?: string; info_data?: { state?: string; bittiming?: { bitrate?: number } } };
      }[];
      if (link?.linkinfo?.info_kind !== 'can') return skipped(`${name} is virtual`);
      const { state = 'unknown', bittiming } = link.linkinfo.info_data ?? {};
      const wanted = Number(/^CAN_BITRATE=(\d+)/m.exec(probes.read('/etc/default/tapwatt-can') ?? '')?.[1] ?? 500_000);
      const bitrate = bittiming?.bitrate ?? 0;
      if (['BUS-OFF', 'STOPPED'].includes(state))
        return fault(
          `${state} at ${bitrate} bit/s`,
          'check CAN-H, CAN-L and the 120 Ω at both ends; the bit rate must be that of the power module',
        );
      if (Math.abs(bitrate - wanted) > wanted * 0.01)
        return fault(
          `${bitrate} bit/s instead of ${wanted}: the oscillator in config.txt is not the one on the board?`,
          `correct oscillator= in /boot/firmware/config.txt, or CAN_BITRATE in /etc/default/tapwatt-can; then sudo systemctl restart can@${name}`,
        );
      return state === 'ERROR-ACTIVE'
        ? ok(`${bitrate} bit/s, ${state}`)
        : warning(`${bitrate} bit/s, ${state}`, 'check the wiring: frames are not acknowledged by anybody');
    },
  },
  {
    id: 'power-module',
    title: 'Power module heard (0x300)',
    async run({ probes, config, state }) {
      if (config?.can.kind !== 'socketcan') return skipped('no kernel CAN in the configuration');
      const fix = 'switch the module on; check CAN-H, CAN-L, bit rate; look with: tapwatt can dump';
      if (state !== null) {
        const silent = state.connectors
          .filter(({ errorCode }) => errorCode === 'PowerMeterFailure')
          .map(({ connectorId }) => connectorId);
        if (silent.length === 0) return ok('every module is heard (says the charge point)');
        return fault(`silent at connector ${silent.join(', ')}`, fix);
      }
      const ids = config.connectors.map(({ canIdOffset }) => 0x300 + canIdOffset);
      const code = `import { createSystemClock, openCanBus } from '@tapwatt/hal';
const wanted = new Set(${JSON.stringify(ids)});
const bus = openCanBus({ kind: 'socketcan', clock: createSystemClock(), interface: ${JSON.stringify(config.can.interface)} });
bus.onFrame(({ id }) => { wanted.delete(id); if (wanted.size === 0) process.exit(0); });
setTimeout(() => { console.log([...wanted].map((id) => '0x' + id.toString(16)).join(', ')); process.exit(1); }, ${LISTEN_MS});`;
      const { ok: heard, stdout, message } = await probes.inChild(code, LISTEN_MS + 10_000);
      return heard ? ok('every module reports its current') : fault(`not heard: ${stdout.trim() || message}`, fix);
    },
  },
];
