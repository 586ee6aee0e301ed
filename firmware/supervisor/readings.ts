import { isDeepStrictEqual } from 'node:util';
import type { Clock, MeterReading, Timer } from '@tapwatt/hal';

/** The power module reports each second; when it has not for so long, the timer reads instead. */
const FILL_IN_MS = 1500;
/** Two modules on one connector, or one that reports more often, are not worth two readings. */
const CLOSEST_MS = 250;
/** Without power the same reading is not told again for this long: the thread may sleep. */
const SAME_MS = 30_000;

export interface ReadingsOptions {
  clock: Pick<Clock, 'monotonicMs' | 'after'>;
  read(): MeterReading;
  isPowered(): boolean;
  /** Whether the thread would hear of it. */
  isWanted(): boolean;
  tell(reading: MeterReading): void;
}

/** Tells a connector's thread what its meter says: each second while there is power, else when it has changed. */
export interface Readings {
  /** Reads and tells now. */
  now(): void;
  /** The power module reported: the best moment to read. */
  onCurrent(): void;
  /** The thread is new and knows nothing. */
  forget(): void;
  stop(): void;
}

export function createReadings(options: ReadingsOptions): Readings {
  const { clock } = options;
  let timer: Timer | null = null;
  let readAtMs = Number.NEGATIVE_INFINITY;
  let told: { reading: MeterReading; atMs: number } | null = null;
  let stopped = false;

  const now = (): void => {
    if (stopped) return;
    timer?.cancel();
    timer = clock.after(FILL_IN_MS, now);
    readAtMs = clock.monotonicMs();
    if (!options.isWanted()) return;
    const reading = options.read();
    const isKnown = told !== null && readAtMs - told.atMs < SAME_MS && isDeepStrictEqual(told.reading, reading);
    if (isKnown && !options.isPowered()) return;
    told = { reading, atMs: readAtMs };
    options.tell(reading);
  };

  return {
    now,
    onCurrent() {
      if (clock.monotonicMs() - readAtMs >= CLOSEST_MS) now();
    },
    forget() {
      told = null;
    },
    stop() {
      stopped = true;
      timer?.cancel();
    },
  };
}
