import { rename, writeFile } from 'node:fs/promises';
import { uptime } from 'node:os';
import { join } from 'node:path';
import type { ClockKeeper } from './clock-keeper.js';

/** Name in the service's runtime directory; systemd/tapwatt-clock.path watches it. */
export const CLOCK_FILE = 'clock-wanted';

/** Tells the machine the true time; Unix epoch milliseconds. */
export type SetSystemClock = (trueMs: number) => Promise<void>;

/**
 * How this process has the system clock set, for `clock.setSystemClock`: it writes what it knows, and
 * tapwatt-clock.service, which has the right to set the clock and nothing else, does it (systemd/set-clock). Null when
 * it is not wanted or this is no service (systemd sets RUNTIME_DIRECTORY): times of sessions are right all the same,
 * they are made from the central system's time and the monotonic clock (clock-keeper.ts).
 */
export function systemClockSetter(wanted: boolean, environment: NodeJS.ProcessEnv): SetSystemClock | null {
  const [directory] = (environment.RUNTIME_DIRECTORY ?? '').split(':');
  if (!wanted || !directory) return null;
  return async (trueMs) => {
    const file = join(directory, CLOCK_FILE);
    await writeFile(`${file}.tmp`, clockRequest(trueMs, uptime()), { mode: 0o640 });
    await rename(`${file}.tmp`, file);
  };
}

/** A system clock that is further off than this is set; below it, it may be the message that was late. */
const WRONG_MS = 5000;

/**
 * The look at the system clock that the station takes each minute (`trust`), which also has the clock set where it is
 * not trusted, the true time is known, and they differ.
 */
export function trustOrSet(
  trust: () => Promise<boolean>,
  keeper: Pick<ClockKeeper, 'known' | 'nowMs' | 'offsetMs'>,
  set: SetSystemClock | null,
): () => Promise<boolean> {
  if (set === null) return trust;
  return async () => {
    const trusted = await trust();
    if (!trusted && keeper.known && Math.abs(keeper.offsetMs()) > WRONG_MS) await set(keeper.nowMs());
    return trusted;
  };
}

/** `SECONDS UPTIME`: the time, and how long the machine had run then. */
export function clockRequest(trueMs: number, uptimeS: number): string {
  return `${Math.round(trueMs / 1000)} ${Math.floor(uptimeS)}\n`;
}
