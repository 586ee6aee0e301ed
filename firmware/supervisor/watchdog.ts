import type { Clock, Timer } from '@tapwatt/hal';
import type { Log } from './log.js';
import type { ServiceManager } from './notify.js';

/** What the verdict looks at. */
export interface Liveness {
  /** Thread names with their states. */
  threads: readonly { name: string; state: string }[];
  /** Monotonic time at which station thread and journal were last known to be well; null before the first time. */
  stationWellAtMs: number | null;
  startedAtMs: number;
}

/** The supervisor's own restarts get this long before systemd is let take over. */
export const STATION_PATIENCE_MS = 90_000;
const FIRST_START_PATIENCE_MS = 300_000;

/**
 * What is wrong with the process itself, so that a restart could cure it; empty when nothing is. A central system that
 * is away, a missing reader, a silent module or a connector whose thread keeps ending are not among it: the process
 * deals with them, and a restart would take power from the other cars.
 */
export function livenessProblems(liveness: Liveness, nowMs: number): string[] {
  const problems: string[] = [];
  const { stationWellAtMs, startedAtMs } = liveness;
  if (stationWellAtMs === null) {
    if (nowMs - startedAtMs > FIRST_START_PATIENCE_MS) problems.push('the journal could not be opened');
  } else if (nowMs - stationWellAtMs > STATION_PATIENCE_MS) {
    problems.push(
      `the station thread or its journal has not been well for ${Math.round((nowMs - stationWellAtMs) / 1000)} s`,
    );
  }
  for (const { name, state } of liveness.threads) {
    if (state === 'ended') problems.push(`the thread ${name} ended and nobody starts it`);
  }
  return problems;
}

export interface WatchdogOptions {
  clock: Clock;
  log: Log;
  serviceManager: ServiceManager;
  liveness(): Liveness;
  /** A line for `systemctl status`. */
  status(): string;
}

/** Tells systemd every third of its period that all is well, and stays silent when it is not. */
export function startWatchdog(options: WatchdogOptions): { close(): void } {
  const { clock, log, serviceManager } = options;
  const periodMs = serviceManager.watchdogMs === null ? 20_000 : serviceManager.watchdogMs / 3;
  let timer: Timer | null = null;
  let lastStatus = '';
  let closed = false;

  const round = async (): Promise<void> => {
    // Due whatever the messenger takes: on a starved machine systemd-notify alone has taken longer than a period.
    if (!closed) timer = clock.after(periodMs, () => void round());
    const problems = livenessProblems(options.liveness(), clock.monotonicMs());
    if (problems.length > 0) log.error('The watchdog is not fed', { problems });
    else if (serviceManager.watchdogMs !== null) await serviceManager.alive();
    const status = problems.length > 0 ? problems.join('; ') : options.status();
    if (status !== lastStatus) await serviceManager.status(status);
    lastStatus = status;
  };
  void round();
  return {
    close() {
      closed = true;
      timer?.cancel();
    },
  };
}
