import type { DigitalOutput } from '../interfaces.js';
import { getFirmwareVersion, parseFirmwareVersion, rfMaxRetries, samConfiguration } from './commands.js';
import { IC_PN532 } from './constants.js';
import { Pn532Error } from './errors.js';
import type { Pn532Link } from './link.js';

const RESET_LOW_MS = 100;
const RESET_HIGH_MS = 150;
/** Three tries in all to find a card: some tens of ms. The chip's default would try for ever. */
const CARD_RETRIES = 2;

/** Holds the chip in reset for a moment: the only cure that always works. */
export async function pulseReset(
  resetLine: DigitalOutput,
  pause: (durationMs: number) => Promise<void>,
): Promise<void> {
  resetLine.write(true);
  await pause(RESET_LOW_MS);
  resetLine.write(false);
  await pause(RESET_HIGH_MS);
}

/**
 * From whatever state the chip is in to one that looks for cards: abort, leave LowVbat (AN10609), make sure that it is
 * a PN532, set finite retries.
 * @throws Pn532Error, and what the transport throws.
 */
export async function initialise(link: Pn532Link, options: { irq: boolean }): Promise<void> {
  await link.abort();
  await link.call(samConfiguration({ timeout: 0, irq: options.irq }));
  const version = parseFirmwareVersion(await link.call(getFirmwareVersion()));
  if (version?.ic !== IC_PN532) {
    const found = version === null ? 'something without a firmware version' : `IC ${version.ic.toString(16)}`;
    throw new Pn532Error('wrong-chip', `${found} answers where a PN532 should be`);
  }
  await link.call(rfMaxRetries(CARD_RETRIES));
}
