import { randomUUID } from 'node:crypto';
import type { Clock, Timer } from '@tapwatt/hal';
import type { ChargePointConfig } from '../config/config.js';
import type { FromStation, StationQuery, StationState, StationWorkerData, ToStation } from '../threads/messages.js';
import type { EventBus } from './events.js';
import type { Log } from './log.js';
import { stampNow } from './stamp.js';
import { type SupervisedThread, superviseThread } from './threads.js';

/** The journal's disk may stall (an SD card for seconds); only a real hang is longer. */
const SILENCE_MS = 15_000;
/** Opening the journal checks the whole file, and may restore a backup. */
const START_GRACE_MS = 120_000;
const QUERY_TIMEOUT_MS = 10_000;
/** A tap waits this long for a station thread that is being restarted; later the person has gone. */
const TAP_PATIENCE_MS = 5000;

/** Messages that the hub works on. The rest (alive, log, answers) ends here. */
export type StationMessage = Exclude<FromStation, { t: 'alive' | 'log' | 'answer' | 'closed' | 'state' | 'event' }>;

export interface StationPortOptions {
  config: ChargePointConfig;
  /** Compiled firmware/station/worker.js. */
  entry: URL;
  clock: Clock;
  log: Log;
  events: EventBus;
  onMessage(message: StationMessage): void;
  onGone(): void;
}

/** A question that got no answer. */
export class StationUnavailable extends Error {
  readonly code: string;
  readonly hint: string;
  constructor(code: string, message: string, hint: string) {
    super(message);
    this.name = 'StationUnavailable';
    this.code = code;
    this.hint = hint;
  }
}

/** The main thread's side of the station thread. */
export interface StationPort {
  readonly thread: SupervisedThread<ToStation>;
  /** What it said last; null before that, and while it is being restarted. */
  readonly state: StationState | null;
  /** The journal is open and the thread lives. */
  readonly isReady: boolean;
  /** Monotonic time at which thread and journal were last known to be well; null before the first time. */
  readonly wellAtMs: number | null;
  start(): void;
  send(message: ToStation): void;
  tap(idTag: string, connectorIds: number[] | null): void;
  /** @throws StationUnavailable */
  query(query: StationQuery): Promise<unknown>;
  /** Lets it close the journal. @returns whether it said that it did. */
  stop(reason: 'signal' | 'reset', graceMs: number): Promise<boolean>;
}

interface PendingQuery {
  resolve(value: unknown): void;
  reject(error: StationUnavailable): void;
  timer: Timer;
}

export function createStationPort(options: StationPortOptions): StationPort {
  const { clock, log, events } = options;
  const queries = new Map<string, PendingQuery>();
  let taps: { message: ToStation; atMs: number }[] = [];
  let state: StationState | null = null;
  let ready = false;
  let wellAtMs: number | null = null;
  let onClosed: (() => void) | null = null;

  const settle = (requestId: string): PendingQuery | undefined => {
    const pending = queries.get(requestId);
    pending?.timer.cancel();
    queries.delete(requestId);
    return pending;
  };

  const onMessage = (message: FromStation): void => {
    switch (message.t) {
      case 'alive':
        if (ready && message.journalOk !== false) wellAtMs = clock.monotonicMs();
        return;
      case 'log':
        log[message.level](`station: ${message.message}`, message.data);
        return;
      case 'state':
        state = message.state;
        return;
      case 'event':
        events.emit(message.event);
        return;
      case 'answer': {
        const pending = settle(message.requestId);
        if (message.ok) pending?.resolve(message.value);
        else pending?.reject(new StationUnavailable(message.code, message.message, message.hint));
        return;
      }
      case 'closed':
        onClosed?.();
        return;
      case 'ready':
        ready = true;
        wellAtMs = clock.monotonicMs();
        // Connectors are asked for first: the tap then finds them.
        options.onMessage(message);
        flushTaps();
        return;
      default:
        options.onMessage(message);
    }
  };

  const flushTaps = (): void => {
    const waiting = taps.filter(({ atMs }) => clock.monotonicMs() - atMs < TAP_PATIENCE_MS);
    taps = [];
    for (const { message } of waiting) thread.send(message);
  };

  const workerData: StationWorkerData = { config: options.config };
  const thread = superviseThread<ToStation, FromStation>({
    name: 'station',
    entry: options.entry,
    workerData,
    addons: true,
    // Young: it makes little garbage, and what is not collected yet stays resident.
    resourceLimits: { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 3 },
    clock,
    log,
    silenceMs: SILENCE_MS,
    startGraceMs: START_GRACE_MS,
    onMessage,
    onGone(reason) {
      ready = false;
      state = null;
      for (const requestId of [...queries.keys()]) {
        settle(requestId)?.reject(
          new StationUnavailable('StationRestarting', 'the station thread ended before it answered', 'ask again'),
        );
      }
      events.tell('ThreadEnded', `The station thread ended: ${reason}. Cars charge on.`);
      options.onGone();
    },
    onBroken(broken) {
      if (broken) log.error('The station thread keeps ending; it is tried every 30 s');
    },
  });

  return {
    thread,
    get state() {
      return state;
    },
    get isReady() {
      return ready;
    },
    get wellAtMs() {
      return wellAtMs;
    },
    start: () => thread.start(),
    send: (message) => thread.send(message),
    tap(idTag, connectorIds) {
      const message: ToStation = { t: 'tap', idTag, connectorIds, at: stampNow(clock) };
      if (ready) thread.send(message);
      else taps.push({ message, atMs: clock.monotonicMs() });
    },
    query(query) {
      if (!ready) {
        return Promise.reject(
          new StationUnavailable('StationNotReady', 'the journal is not open yet', 'ask again in a few seconds'),
        );
      }
      const requestId = randomUUID();
      return new Promise((resolve, reject) => {
        const timer = clock.after(QUERY_TIMEOUT_MS, () => {
          settle(requestId)?.reject(
            new StationUnavailable('StationSilent', 'the station thread gave no answer', 'see the log'),
          );
        });
        queries.set(requestId, { resolve, reject, timer });
        thread.send({ t: 'query', requestId, query });
      });
    },
    async stop(reason, graceMs) {
      if (thread.state === 'idle') return true;
      const closed = await new Promise<boolean>((resolve) => {
        onClosed = () => resolve(true);
        clock.after(graceMs, () => resolve(false));
        if (thread.state === 'waiting' || thread.state === 'ended') resolve(false);
        thread.send({ t: 'shutdown', reason, at: stampNow(clock) });
      });
      // With the journal closed nothing is left that the thread could do.
      await thread.stop(0);
      return closed;
    },
  };
}
