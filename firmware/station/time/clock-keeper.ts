import type { Stamp } from '../../domain/stamp.js';
import type { JournaledStamp, ResolvedTime } from './types.js';

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
