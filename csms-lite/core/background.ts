import type { LogSink } from './services.js';

/** Work that nobody waits for, until the end: its failures are logged, and closing waits for it. */
export interface Background {
  run(work: () => Promise<unknown>, what: string): void;
  /** From now on nothing new begins; resolves when all that began has ended. */
  stop(): Promise<void>;
}

export function createBackground(log: LogSink): Background {
  const running = new Set<Promise<void>>();
  let stopped = false;
  return {
    run(work, what) {
      if (stopped) return;
      const done = work()
        .then(() => undefined)
        .catch((error: unknown) => log.error({ err: error }, `${what} failed`))
        .finally(() => running.delete(done));
      running.add(done);
    },
    async stop() {
      stopped = true;
      while (running.size > 0) await Promise.all(running);
    },
  };
}
