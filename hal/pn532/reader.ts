import type { CardReader, CardTap, Clock, DigitalInput, DigitalOutput, Timer } from '../interfaces.js';
import { createHealthKeeper } from '../support/healthKeeper.js';
import { createListeners } from '../support/listeners.js';
import { diagnoseEcho, inListPassiveTarget, inRelease, parseStatus, rfField } from './commands.js';
import { Pn532Error } from './errors.js';
import { explain } from './faults.js';
import { ACK_FRAME } from './frame.js';
import { initialise, pulseReset } from './initialise.js';
import { irqWaiter } from './irq.js';
import { createLink, type Pn532Link } from './link.js';
import { createPresence } from './presence.js';
import { AT_REST, climb } from './recovery.js';
import { isRandomUid, parseTarget, type Target, uidText } from './target.js';
import type { OpenPn532Transport, Pn532Transport } from './transport.js';

export interface CardReaderOptions {
  clock: Clock;
  /** `i2cTransport({ busNumber, address })`, or a simulated board's `openReaderTransport`. */
  openTransport: OpenPn532Transport;
  /** From the end of one look for a card to the beginning of the next; 150 to 300 ms. Default 250. */
  pollMs?: number;
  /** The chip's IRQ line (P70_IRQ), active low: fewer reads while the chip works. Optional. */
  irq?: DigitalInput | null;
  /** RSTPD_N, active (held in reset) when low. Optional, and the only cure for a chip that hangs. */
  resetLine?: DigitalOutput | null;
  /** How often an idle chip is asked whether it still lives; 30 to 60 s. Default 45 000. */
  healthCheckMs?: number;
  /** Hears of every retry and recovery step; for the debug log. */
  onDiagnostic?: (message: string) => void;
}

const ECHO = [0x74, 0x61, 0x70, 0x77, 0x61, 0x74, 0x74];

/** The chip on an open bus. `configured` is false until it was initialised. */
interface Chip {
  transport: Pn532Transport;
  link: Pn532Link;
  configured: boolean;
}

/**
 * A PN532 as a card reader. Everything that goes wrong shows as health and is worked on for ever (recovery.ts);
 * nothing is thrown. `irq` and `resetLine` stay the caller's to close.
 */
export function openCardReader(options: CardReaderOptions): CardReader {
  const { clock, openTransport, pollMs = 250, irq = null, resetLine = null, healthCheckMs = 45_000 } = options;
  const diagnostic = options.onDiagnostic ?? (() => {});
  const taps = createListeners<CardTap>();
  const keeper = createHealthKeeper(clock);
  const presence = createPresence();

  let closing = false;
  let running: Promise<void> | null = null;
  let chip: Chip | null = null;
  let ladder = AT_REST;
  let lastCheckMs = clock.monotonicMs();
  let wake: (() => void) | null = null;

  const pause = (durationMs: number): Promise<void> => {
    if (closing) return Promise.resolve();
    return new Promise((resolve) => {
      let timer: Timer | null = null;
      const done = (): void => {
        timer?.cancel();
        wake = null;
        resolve();
      };
      wake = done;
      timer = clock.after(durationMs, done);
    });
  };

  async function open(): Promise<Chip> {
    const transport = await openTransport();
    const link = createLink({
      clock,
      transport,
      pause,
      isClosing: () => closing,
      waitForIrq: irq === null ? null : irqWaiter(irq, clock),
      diagnostic,
    });
    return { transport, link, configured: false };
  }

  async function shut(): Promise<void> {
    const transport = chip?.transport;
    chip = null;
    try {
      // A chip that went on looking for a card would answer into the next process's first command.
      if (closing) await transport?.write(ACK_FRAME);
    } catch (error) {
      diagnostic(`last abort: ${explain(error).reason}`);
    }
    try {
      await transport?.close();
    } catch (error) {
      diagnostic(`closing the bus: ${explain(error).reason}`);
    }
  }

  function report(target: Target): void {
    const uid = uidText(target.uid);
    const randomUid = isRandomUid(target.uid);
    if (presence.seen(uid, randomUid)) taps.emit({ uid, randomUid, seenAtMs: clock.monotonicMs() });
  }

  /** One look for a card. */
  async function look(link: Pn532Link): Promise<void> {
    const found = parseTarget(await link.call(inListPassiveTarget()));
    switch (found.t) {
      case 'target': {
        report(found.target);
        const released = parseStatus(await link.call(inRelease()));
        if (!released.ok) diagnostic(`InRelease: ${released.meaning}`);
        // A card that was halted answers only every other look (esphome#9875); without power it forgets that.
        await link.call(rfField(false));
        return;
      }
      case 'none':
        presence.missed();
        return checkAlive(link);
      case 'invalid':
        throw new Pn532Error('damaged', `answer about a card: ${found.reason}`);
    }
  }

  async function checkAlive(link: Pn532Link): Promise<void> {
    if (clock.monotonicMs() - lastCheckMs < healthCheckMs) return;
    const said = await link.call(diagnoseEcho(ECHO));
    if (!Buffer.from([0x00, ...ECHO]).equals(said)) throw new Pn532Error('damaged', 'echo differs');
    lastCheckMs = clock.monotonicMs();
  }

  async function work(): Promise<void> {
    if (chip === null) {
      chip = await open();
      if (resetLine !== null) await pulseReset(resetLine, pause);
    }
    if (!chip.configured) {
      await initialise(chip.link, { irq: irq !== null });
      chip.configured = true;
      lastCheckMs = clock.monotonicMs();
    }
    await look(chip.link);
    ladder = AT_REST;
    keeper.ok();
  }

  async function recover(error: unknown): Promise<void> {
    const { reason, fix, hopeless } = explain(error);
    const climbed = climb(ladder, { hasResetLine: resetLine !== null, hopeless });
    ladder = climbed.state;
    diagnostic(`${reason}: ${climbed.step}`);
    switch (climbed.step) {
      case 'retry':
        return;
      case 'abort':
        return void (await chip?.link.abort());
      case 'initialise':
        if (chip !== null) chip.configured = false;
        return;
      case 'reset':
        if (resetLine !== null) await pulseReset(resetLine, pause);
        if (chip !== null) chip.configured = false;
        return;
      case 'reopen':
        return shut();
      case 'give-up':
        keeper.failed(reason, fix);
        await shut();
        return pause(climbed.state.waitMs);
    }
  }

  /** A recovery step may fail as well; the next round climbs on. */
  async function survive(error: unknown): Promise<void> {
    try {
      await recover(error);
    } catch (second) {
      diagnostic(`recovery: ${explain(second).reason}`);
    }
  }

  async function run(): Promise<void> {
    while (!closing) {
      try {
        await work();
        await pause(pollMs);
      } catch (error) {
        if (!closing) await survive(error);
      }
    }
    await shut();
  }

  return {
    get health() {
      return keeper.health;
    },
    start() {
      running ??= run();
    },
    onTap: taps.add,
    onHealth: keeper.onHealth,
    async close() {
      closing = true;
      wake?.();
      await running;
      taps.clear();
    },
  };
}
