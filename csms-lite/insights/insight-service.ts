import { Worker } from 'node:worker_threads';
import { schedule } from 'node-cron';
import type { EventStream } from '../core/events.js';
import type { LogSink } from '../core/options.js';
import type { Store } from '../store/store.js';
import type { Computed } from './compute.js';
import { loadInsight, saveInsights, toRow } from './insight-store.js';
import { INSIGHT_NAMES, type Insight, type InsightName } from './model.js';

/** What the thread is told, and what it answers. */
export interface ThreadTask {
  databaseFile: string;
  nowMs: number;
  timeZone: string;
}
export interface ThreadAnswer {
  fromMs: number;
  toMs: number;
  computed: Computed[];
}

export interface InsightService {
  /** All of them, as last computed. */
  list(): Promise<Insight[]>;
  get<N extends InsightName>(name: N): Promise<Insight<N>>;
  /** Whether the thread is at work. */
  readonly running: boolean;
  /**
   * Computes all of them now; a run that is under way is waited for instead. Nothing else in the process is held up.
   * @throws Error when the thread breaks; what was stored before stays
   */
  compute(actor: string | null): Promise<void>;
  /** Ends the schedule and a run that is under way. */
  stop(): Promise<void>;
}

export interface InsightParts {
  store: Store;
  events: Pick<EventStream, 'publish'>;
  log: LogSink;
  databaseFile: string;
  nowMs(): number;
  /** Cron expression, local time. */
  expression: string;
}

/** A run takes seconds; one that takes this long never ends. */
const LONGEST_RUN_MS = 10 * 60_000;

/** Runs the thread once. */
function runThread(task: ThreadTask, signal: AbortSignal): Promise<ThreadAnswer> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./insight-thread.js', import.meta.url), { workerData: task, stdout: true });
    // The ARIMA library prints what its optimiser thinks; our standard output is for others.
    worker.stdout.resume();
    const end = (): void => void worker.terminate();
    signal.addEventListener('abort', end, { once: true });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => {
      signal.removeEventListener('abort', end);
      // After a message or an error this changes nothing.
      reject(new Error(signal.aborted ? 'the run was ended' : 'the thread ended without an answer'));
    });
  });
}

/** Insights: computed by the clock (node-cron) and on request, in a thread of their own, and stored. */
export function createInsightService(parts: InsightParts): InsightService {
  const { store, events, log, databaseFile } = parts;
  const stopping = new AbortController();
  let running: Promise<void> | null = null;

  const run = async (requestedBy: string | null): Promise<void> => {
    const computedAtMs = parts.nowMs();
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(LONGEST_RUN_MS)]);
    const { fromMs, toMs, computed } = await runThread({ databaseFile, nowMs: computedAtMs, timeZone }, signal);
    for (const one of computed)
      if ('reason' in one) log.error({ insight: one.name, reason: one.reason }, 'a model of insights failed');
    const rows = computed.map((one) => toRow(one, { fromMs, toMs, computedAtMs, requestedBy }));
    await store.write((db) => saveInsights(db, rows));
    events.publish({ type: 'insights.computed', computedAtMs });
  };

  const compute = (actor: string | null): Promise<void> => {
    if (stopping.signal.aborted) return Promise.reject(new Error('csms-lite is stopping'));
    running ??= run(actor)
      .catch((error: unknown) => {
        if (!stopping.signal.aborted) log.error({ err: error }, 'insights failed; what was stored before stays');
        throw error;
      })
      .finally(() => {
        running = null;
      });
    return running;
  };

  const task = schedule(
    parts.expression,
    // A failure is logged above; the next hour tries again.
    () => compute(null).catch(() => undefined),
    { name: 'csms-lite insights', noOverlap: true, suppressMissedWarning: true, unref: true },
  );

  return {
    list: () => Promise.all(INSIGHT_NAMES.map((name) => loadInsight(store.read, name) as Promise<Insight>)),
    get: (name) => loadInsight(store.read, name),
    get running() {
      return running !== null;
    },
    compute,
    async stop() {
      stopping.abort();
      await task.destroy();
      // How a run that was cut short ended is of no interest here; the schedule and the asker have heard it.
      await running?.catch(() => undefined);
    },
  };
}
