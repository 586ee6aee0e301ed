import { type ResourceLimits, Worker } from 'node:worker_threads';
import type { Clock, Timer } from '@tapwatt/hal';
import { type Log, messageOf } from './log.js';
import { createRestartPolicy } from './restartPolicy.js';

/** How one kind of thread is run and watched. */
export interface ThreadOptions<Out extends { t: string }> {
  /** For people: "connector 1", "station". */
  name: string;
  /** Compiled entry file. */
  entry: URL;
  workerData: unknown;
  /** False: `--no-addons`, so that a native module in the graph is a clean error and not a segmentation fault. */
  addons: boolean;
  resourceLimits: ResourceLimits;
  clock: Clock;
  log: Log;
  /** No `alive` for this long: the thread is stuck and is ended. */
  silenceMs: number;
  /** As silenceMs, until the first `alive` after a start. */
  startGraceMs: number;
  onMessage(message: Out): void;
  /** The thread is no more although nobody stopped it; called once per start, before a restart is planned. */
  onGone(reason: string): void;
  /** More than 5 ends in 5 minutes, or recovered from that. */
  onBroken(broken: boolean): void;
}

export interface SupervisedThread<In> {
  readonly name: string;
  readonly state: 'idle' | 'starting' | 'running' | 'waiting' | 'ended';
  /** How often it was started again. */
  readonly restarts: number;
  start(): void;
  /** Drops the message when the thread does not run. */
  send(message: In): void;
  /** Lets the thread end by itself for `graceMs`, then ends it. It is not started again. */
  stop(graceMs: number): Promise<void>;
}

/** When the look itself comes this late, main slept, and so what the thread said may not have been heard yet. */
const LATE_MS = 500;

/** Runs a worker thread, watches it, and starts it again with back-off for as long as it is not stopped. */
export function superviseThread<In, Out extends { t: string }>(options: ThreadOptions<Out>): SupervisedThread<In> {
  const { name, clock, log } = options;
  const policy = createRestartPolicy();
  let state: SupervisedThread<In>['state'] = 'idle';
  let worker: Worker | null = null;
  let restarts = 0;
  let broken = false;
  let stopping = false;
  let watch: Timer | null = null;
  let restart: Timer | null = null;

  const setBroken = (next: boolean): void => {
    if (next === broken) return;
    broken = next;
    options.onBroken(next);
  };

  const gone = (which: Worker, reason: string): void => {
    if (worker !== which) return;
    worker = null;
    watch?.cancel();
    if (stopping) {
      state = 'ended';
      return;
    }
    options.onGone(reason);
    const verdict = policy.failed(clock.monotonicMs());
    log.error(`The thread ${name} ended and is started again`, { reason, delayMs: verdict.delayMs });
    setBroken(verdict.broken);
    state = 'waiting';
    restart = clock.after(verdict.delayMs, () => {
      restarts += 1;
      start();
    });
  };

  /**
   * Ends the thread unless it says `alive` before the time is over. Each sign of life moves the timer on, so nobody wakes
   * up to find that all is well. Looks again before it accuses anybody when it was this thread that slept.
   */
  const expectAlive = (): void => {
    watch?.cancel();
    const allowedMs = state === 'starting' ? options.startGraceMs : options.silenceMs;
    const dueMs = clock.monotonicMs() + allowedMs;
    const overdue = (): void => {
      const stuck = worker;
      if (stuck === null) return;
      gone(stuck, `no sign of life for ${allowedMs} ms`);
      void stuck.terminate();
    };
    watch = clock.after(allowedMs, () => {
      if (clock.monotonicMs() - dueMs > LATE_MS) watch = clock.after(LATE_MS, overdue);
      else overdue();
    });
  };

  const start = (): void => {
    state = 'starting';
    const started = new Worker(options.entry, {
      workerData: options.workerData,
      execArgv: options.addons ? [] : ['--no-addons'],
      resourceLimits: options.resourceLimits,
      name,
    });
    worker = started;
    started.on('message', (message: Out) => {
      if (worker !== started) return;
      if (message.t === 'alive') {
        if (state === 'starting') state = 'running';
        if (broken && !policy.isBroken(clock.monotonicMs())) setBroken(false);
        expectAlive();
      }
      options.onMessage(message);
    });
    started.on('messageerror', (error) => gone(started, `a message could not be read: ${messageOf(error)}`));
    started.on('error', (error) => gone(started, messageOf(error)));
    started.on('exit', (code) => gone(started, `exit status ${code}`));
    expectAlive();
  };

  return {
    name,
    get state() {
      return state;
    },
    get restarts() {
      return restarts;
    },
    start() {
      if (state === 'idle') start();
    },
    send(message) {
      worker?.postMessage(message);
    },
    async stop(graceMs) {
      stopping = true;
      restart?.cancel();
      const running = worker;
      if (running === null) {
        state = 'ended';
        return;
      }
      const ended = new Promise<void>((resolve) => running.once('exit', () => resolve()));
      const hurry = clock.after(graceMs, () => void running.terminate());
      await ended;
      hurry.cancel();
      watch?.cancel();
    },
  };
}
