import { createSystemClock, i2cTransport, openCardReader } from '@tapwatt/hal';
import type { Call } from '../commands/spec.js';
import { CommandFailed, EXIT } from '../exitCodes.js';
import { configOf, requireFreeHardware } from './place.js';

const DEFAULT_TIMEOUT_S = 30;

/** `tapwatt nfc read`: the UID of the next card. */
export async function nfcReadCommand(call: Call): Promise<void> {
  const { reader, controlSocket } = configOf(call.file);
  if (reader.kind !== 'pn532')
    throw new CommandFailed(
      EXIT.failed,
      `the configuration has no PN532 (reader.kind: ${reader.kind})`,
      'tapwatt config set reader.kind pn532',
    );
  await requireFreeHardware(controlSocket);
  const timeoutS = call.number('timeout') ?? DEFAULT_TIMEOUT_S;
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
      () => reject(new CommandFailed(EXIT.failed, `no card within ${timeoutS} s`, 'hold it flat on the antenna')),
      timeoutS * 1000,
    ).unref();
  });
  driver.start();
  if (!call.json) console.error('Hold a card to the reader …');
  try {
    const idTag = await seen;
    console.log(call.json ? JSON.stringify({ idTag }) : idTag);
  } finally {
    await driver.close();
  }
}
