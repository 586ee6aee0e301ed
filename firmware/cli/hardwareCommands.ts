import { setTimeout as sleep } from 'node:timers/promises';
import { createSystemClock, i2cTransport, openCanBus, openCardReader, openDigitalOutput } from '@tapwatt/hal';
import { loadConfig } from '../config/load.js';
import { findSocket } from '../config/locate.js';
import { ask } from '../control/client.js';
import { requireConfigFile } from './configCommands.js';
import { CommandFailed, EXIT } from './exitCodes.js';

interface HardwareOptions {
  config?: string;
}

function configOf(options: HardwareOptions) {
  return loadConfig({ file: requireConfigFile(options), environment: process.env }).config;
}

/** Two programs on one reader or one pin fight. @throws CommandFailed when the charge point runs. */
async function requireStopped(controlSocket: string): Promise<void> {
  const runs = await ask(
    findSocket(undefined, process.env, () => controlSocket),
    'GET',
    '/state',
  ).then(
    () => true,
    () => false,
  );
  if (runs)
    throw new CommandFailed(
      EXIT.failed,
      'the charge point runs and has the hardware',
      'sudo systemctl stop tapwatt, then again; or look with: tapwatt status',
    );
}

/** `tapwatt nfc read`: the UID of the next card. */
export async function nfcReadCommand(options: HardwareOptions & { timeout: string }, json: boolean): Promise<void> {
  const { reader, controlSocket } = configOf(options);
  if (reader.kind !== 'pn532')
    throw new CommandFailed(
      EXIT.failed,
      `the configuration has no PN532 (reader.kind: ${reader.kind})`,
      'tapwatt config set reader.kind pn532',
    );
  await requireStopped(controlSocket);
  const driver = openCardReader({
    clock: createSystemClock(),
    openTransport: i2cTransport({ busNumber: reader.i2cBus, address: reader.address }),
    pollMs: reader.pollMs,
  });
  const seen = new Promise<string>((resolve, reject) => {
    driver.onTap((tap) => resolve(tap.uid));
    driver.onHealth((health) => {
      if (health.state === 'failed')
        reject(new CommandFailed(EXIT.failed, `the reader does not work: ${health.reason}`, health.fix));
    });
    setTimeout(
      () =>
        reject(new CommandFailed(EXIT.failed, `no card within ${options.timeout} s`, 'hold it flat on the antenna')),
      Number(options.timeout) * 1000,
    ).unref();
  });
  driver.start();
  if (!json) console.error('Hold a card to the reader …');
  try {
    const idTag = await seen;
    console.log(json ? JSON.stringify({ idTag }) : idTag);
  } finally {
    await driver.close();
  }
}

function openBus(options: HardwareOptions) {
  const { can } = configOf(options);
  const clock = createSystemClock();
  switch (can.kind) {
    case 'socketcan':
      return openCanBus({ kind: 'socketcan', clock, interface: can.interface });
    case 'socketcand':
      return openCanBus({ kind: 'socketcand', clock, host: can.host, port: can.port, interface: can.interface });
    case 'simulated':
      throw new CommandFailed(
        EXIT.failed,
        'the CAN bus of this configuration is simulated',
        'with can.listen it can be watched by any socketcand client',
      );
  }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();

/** `tapwatt can dump`: every frame, as candump writes it. Until Ctrl-C, or `--count` frames. */
export async function canDumpCommand(options: HardwareOptions & { count?: string }): Promise<void> {
  const bus = openBus(options);
  const most = options.count === undefined ? Number.POSITIVE_INFINITY : Number(options.count);
  let seen = 0;
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    bus.onBusState((state) => {
      if (state.state === 'down')
        console.error(`The bus is down: ${state.reason}${state.fix ? ` — ${state.fix}` : ''}`);
    });
    bus.onFrame(({ id, data }) => {
      console.log(`${id.toString(16).toUpperCase().padStart(3, '0')}#${hex(data)}`);
      seen += 1;
      if (seen >= most) resolve();
    });
  });
  await bus.close();
}

/** `tapwatt can send 201#`: one frame, as cansend takes it. */
export async function canSendCommand(frame: string, options: HardwareOptions): Promise<void> {
  const match = /^([0-7][0-9A-Fa-f]{2})#((?:[0-9A-Fa-f]{2}){0,8})$/.exec(frame);
  if (match === null)
    throw new CommandFailed(
      EXIT.usage,
      `"${frame}" is no frame`,
      'write 3 hex digits, #, and up to 8 bytes, as 210#2000',
    );
  const bus = openBus(options);
  const [, id = '', data = ''] = match;
  try {
    for (let waitedMs = 0; bus.busState.state !== 'up'; waitedMs += 50) {
      if (waitedMs > 3000) throw new CommandFailed(EXIT.failed, 'the bus is not up', 'tapwatt doctor says why');
      await sleep(50);
    }
    bus.send({ id: Number.parseInt(id, 16), data: Buffer.from(data, 'hex') });
    await sleep(100);
  } finally {
    await bus.close();
  }
}

/** `tapwatt gpio test PIN`: the pin on and off, slowly, so that a relay can be heard. Only while the charge point is stopped. */
export async function gpioTestCommand(
  pin: string,
  options: HardwareOptions & { activeLow?: boolean; times: string },
): Promise<void> {
  const { gpio, controlSocket } = configOf(options);
  if (gpio.backend === 'simulated')
    throw new CommandFailed(
      EXIT.failed,
      'the pins of this configuration are simulated',
      'tapwatt config set gpio.backend auto',
    );
  if (!/^\d+$/.test(pin)) throw new CommandFailed(EXIT.usage, `"${pin}" is no pin`, 'give the BCM number, 0 to 27');
  await requireStopped(controlSocket);
  const line = await openDigitalOutput({
    pin: Number(pin),
    activeLow: options.activeLow === true,
    chipLabels: gpio.chipLabels,
  });
  try {
    for (let i = 0; i < Number(options.times); i += 1) {
      line.write(true);
      console.log(`GPIO${pin} on`);
      await sleep(1000);
      line.write(false);
      console.log(`GPIO${pin} off`);
      await sleep(1000);
    }
  } finally {
    await line.close();
  }
}
