import type { Clock } from '@tapwatt/hal';
import type { Stamp } from '../../domain/stamp.js';
import { EARLIEST_PLAUSIBLE_MS, trueTimeAt } from './rebase.js';
import type { Anchor, JournaledStamp, ResolvedTime } from './types.js';

/** Knows the true time of this boot, and turns stamps into it. Made by the journal, which keeps its anchors. */
export interface ClockKeeper {
  /** True once the time is known: the system clock is trusted, or the central system said it in this boot. */
  readonly known: boolean;
  /** True while the system clock itself is believed. */
  readonly systemTrusted: boolean;
  /** The true time now, as well as it is known. Unix epoch milliseconds. */
  nowMs(): number;
  /** What to add to the system clock (ConnectorSettings.clockOffsetMs); 0 while the system clock is trusted or nothing is known. */
  offsetMs(): number;
  /** Tells what the system clock is worth now (NTP synchronised, or not). */
  systemClockTrusted(trusted: boolean): void;
  /**
   * currentTime of BootNotification.conf or Heartbeat.conf, received at `at`. Used only while the system clock is not
   * trusted. Gives false when it was not used (the clock is trusted, or the time is absurd: before 2024).
   */
  learn(currentTimeMs: number, at: Stamp): boolean;
  /** A stamp of this boot, marked with what is known of the clock that made it. For the journal. */
  journaled(stamp: Stamp): JournaledStamp;
  /** The wall time of a stamp of this boot (for StatusNotification and the like, which are not journaled). */
  resolve(stamp: Stamp): ResolvedTime;
}

export interface ClockKeeperParts {
  clock: Pick<Clock, 'wallMs' | 'monotonicMs'>;
  /** Number of this boot. */
  boot: number;
  /** Those already known of this boot (an earlier process of the same boot), by rising monotonicMs. */
  anchors: readonly Anchor[];
  systemTrusted: boolean;
  /** Makes an anchor durable. */
  store(anchor: Anchor): void;
  /** Wall time of any journaled stamp. */
  resolve(stamp: JournaledStamp): ResolvedTime;
}

/** A message from the central system is this late at worst, usually; smaller differences are delay and not a wrong clock. */
const TOLERANCE_MS = 2000;
/** A stamp whose clocks differ by more than this from the clocks now was made before the system clock was set. */
const STEP_MS = 1000;

export function createClockKeeper(parts: ClockKeeperParts): ClockKeeper {
  const { clock } = parts;
  const anchors: Anchor[] = [...parts.anchors];
  let systemTrusted = false;

  /** Monotonic times are whole milliseconds in the journal, and two anchors never share one. */
  function add(anchor: Anchor): void {
    const newest = anchors.at(-1);
    const monotonicMs = Math.max(Math.round(anchor.monotonicMs), newest === undefined ? 0 : newest.monotonicMs + 1);
    const trueMs = Math.round(anchor.trueMs + (monotonicMs - anchor.monotonicMs));
    const stored: Anchor = { monotonicMs, trueMs, source: anchor.source };
    parts.store(stored);
    anchors.push(stored);
  }

  function offBy(trueMs: number, monotonicMs: number): number {
    const expectedMs = trueTimeAt(anchors, monotonicMs);
    return expectedMs === null ? Number.POSITIVE_INFINITY : Math.abs(trueMs - expectedMs);
  }

  const keeper: ClockKeeper = {
    get known() {
      return systemTrusted || anchors.length > 0;
    },
    get systemTrusted() {
      return systemTrusted;
    },
    nowMs() {
      if (systemTrusted) return clock.wallMs();
      return trueTimeAt(anchors, clock.monotonicMs()) ?? clock.wallMs();
    },
    offsetMs() {
      return systemTrusted ? 0 : Math.round(keeper.nowMs() - clock.wallMs());
    },
    systemClockTrusted(trusted) {
      if (trusted && !systemTrusted) {
        const monotonicMs = clock.monotonicMs();
        const trueMs = clock.wallMs();
        // Stamps that were made before the clock was set are rebased onto this.
        if (offBy(trueMs, monotonicMs) > STEP_MS) add({ monotonicMs, trueMs, source: 'system' });
      }
      systemTrusted = trusted;
    },
    learn(currentTimeMs, at) {
      if (systemTrusted || !(currentTimeMs >= EARLIEST_PLAUSIBLE_MS)) return false;
      if (offBy(currentTimeMs, at.monotonicMs) > TOLERANCE_MS)
        add({ monotonicMs: at.monotonicMs, trueMs: currentTimeMs, source: 'csms' });
      return true;
    },
    journaled(stamp) {
      const differenceMs = stamp.wallMs - stamp.monotonicMs - (clock.wallMs() - clock.monotonicMs());
      return {
        wallMs: Math.round(stamp.wallMs),
        monotonicMs: Math.round(stamp.monotonicMs),
        boot: parts.boot,
        trusted: systemTrusted && Math.abs(differenceMs) <= STEP_MS,
      };
    },
    resolve(stamp) {
      return parts.resolve(keeper.journaled(stamp));
    },
  };
  keeper.systemClockTrusted(parts.systemTrusted);
  return keeper;
}
