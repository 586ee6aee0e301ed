import type { Log } from './log.js';

/** Why the process ends. */
export type ShutdownCause =
  | { kind: 'signal'; signal: 'SIGTERM' | 'SIGINT' }
  | { kind: 'reset'; reset: 'Soft' | 'Hard' | 'PowerLoss' }
  | { kind: 'fatal'; error: unknown };

/** The process contract: outputs off, journal closed, exit within 5 s. */
export const DEADLINE_MS = 4800;

const SIGNAL_NUMBERS = { SIGINT: 2, SIGTERM: 15 } as const;

/** Exit status when the orderly way took too long, or was asked for twice: 128 + signal number, 1 otherwise. */
export function forcedStatus(cause: ShutdownCause): number {
  return cause.kind === 'signal' ? 128 + SIGNAL_NUMBERS[cause.signal] : 1;
}

export interface ShutdownOptions {
  log: Log;
  /** Contactors open, STOP on the bus: synchronous, first, and again when something goes wrong. */
  makeSafe(): void;
  /** The rest, in order. */
  closeAll(cause: ShutdownCause): Promise<void>;
  exit(status: number): void;
}

/** Ends the process once, whoever asks first; a second signal ends it at once. */
export function createShutdown(options: ShutdownOptions): (cause: ShutdownCause) => void {
  const { log } = options;
  let first: ShutdownCause | null = null;
  return (cause) => {
    if (first !== null) {
      if (cause.kind === 'reset') return;
      log.error('Asked to end again: ending at once', describe(cause));
      options.makeSafe();
      options.exit(forcedStatus(cause));
      return;
    }
    first = cause;
    log.info('Shutting down', describe(cause));
    options.makeSafe();
    // Not unref'd: it must come even when nothing else keeps the process.
    const force = setTimeout(() => {
      log.error(`Not ended after ${DEADLINE_MS} ms: ending by force`);
      options.makeSafe();
      options.exit(forcedStatus(cause));
    }, DEADLINE_MS);
    options.closeAll(cause).then(
      () => {
        clearTimeout(force);
        options.exit(cause.kind === 'fatal' ? 1 : 0);
      },
      (error: unknown) => {
        clearTimeout(force);
        log.error('Shutting down failed', { error: String(error) });
        options.exit(1);
      },
    );
  };
}

function describe(cause: ShutdownCause): Record<string, unknown> {
  switch (cause.kind) {
    case 'signal':
      return { signal: cause.signal };
    case 'reset':
      return { reset: cause.reset };
    case 'fatal':
      return { error: cause.error instanceof Error ? (cause.error.stack ?? cause.error.message) : String(cause.error) };
  }
}
