import type { Clock, Timer } from '@tapwatt/hal';
import type { Journal } from './journal/journal.js';

export interface UpkeepOptions {
  clock: Pick<Clock, 'after'>;
  journal: Pick<Journal, 'clock' | 'maintain'>;
  /** Whether the system clock may be believed now. */
  systemClockTrust: () => Promise<boolean>;
  clockMayHaveMoved: () => void;
  failed: (error: unknown, doing: string) => void;
}

/** Each minute: backups and flushes of the journal, and a look at the system clock. */
export interface Upkeep {
  start(): void;
  stop(): void;
}

const EVERY_MS = 60_000;

export function createUpkeep(options: UpkeepOptions): Upkeep {
  const { clock, journal } = options;
  let timer: Timer | null = null;
  let running = false;

  const once = async (): Promise<void> => {
    const trusted = await options.systemClockTrust();
    if (!running) return;
    journal.clock.systemClockTrusted(trusted);
    options.clockMayHaveMoved();
    await journal.maintain();
  };
  const tick = (): void => {
    timer = clock.after(EVERY_MS, tick);
    once().catch((error: unknown) => options.failed(error, 'upkeep'));
  };

  return {
    start() {
      running = true;
      timer = clock.after(EVERY_MS, tick);
    },
    stop() {
      running = false;
      timer?.cancel();
    },
  };
}
