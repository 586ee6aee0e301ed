import type { Clock } from '@tapwatt/hal';
import { type DiagnosticsSources, diagnosticsName, makeDiagnostics } from './archive/diagnostics.js';
import { makeSecurityLog, type SecurityLogLine, securityLogName, securityLogWithin } from './archive/securityLog.js';
import type { Window } from './archive/window.js';
import type { Notify, Teller } from './ports.js';
import { TransferError, transferErrorOf } from './transfer/errors.js';
import { shownLocation } from './transfer/location.js';
import { pause, type Transfer, type Upload } from './transfer/transfer.js';

/** What is uploaded and where to; kept so that a restart in the middle does not lose it. */
export interface UploadJob {
  what: 'DiagnosticsLog' | 'SecurityLog';
  /** Of GetLog; null for GetDiagnostics. */
  requestId: number | null;
  location: string;
  fileName: string;
  retries: number | null;
  retryIntervalS: number | null;
  window: Window;
}

export interface UploadWish {
  location: string;
  retries: number | undefined;
  retryInterval: number | undefined;
  window: Window;
}

export interface UploadsOptions {
  clock: Pick<Clock, 'after'>;
  nowMs: () => number;
  chargePointId: string;
  transfer: Transfer;
  sources: DiagnosticsSources;
  securityLog: () => readonly SecurityLogLine[];
  notify: Notify;
  events: Teller;
  /** Small JSON values that survive restarts. */
  store: { get(name: string): unknown; set(name: string, value: unknown): void; remove(name: string): void };
  failed: (error: unknown, doing: string) => void;
}

/** GetDiagnostics (1.6 §5.9) and GetLog (white paper N01): one upload of each at a time. */
export interface Uploads {
  diagnostics(wish: UploadWish): { fileName: string; begin: () => void };
  /** Rejected, without a file name, when the log has nothing in the window. */
  log(
    wish: UploadWish & { requestId: number; logType: UploadJob['what'] },
  ): { status: 'Accepted' | 'AcceptedCanceled'; filename: string; begin: () => void } | { status: 'Rejected' };
  /** For TriggerMessage(DiagnosticsStatusNotification). */
  diagnosticsStatus(): 'Idle' | 'Uploading';
  /** For ExtendedTriggerMessage(LogStatusNotification). `requestId` only while one is uploaded (N01.FR.12). */
  logStatus(): { status: 'Idle' } | { status: 'Uploading'; requestId: number };
  /** Goes on with what a restart interrupted. */
  resume(): void;
  stop(): void;
}

const SETTLE_MS = 50;

type Slot = 'diagnostics' | 'log';
const STORED: Record<Slot, string> = { diagnostics: 'maintenance.diagnostics', log: 'maintenance.log' };

export function createUploads(options: UploadsOptions): Uploads {
  const { store, notify } = options;
  const running: Record<Slot, { job: UploadJob; abort: AbortController } | null> = { diagnostics: null, log: null };

  const make = async (job: UploadJob): Promise<Upload> => {
    if (job.what === 'DiagnosticsLog')
      return await makeDiagnostics(options.sources, job.window, job.fileName, options.nowMs());
    return await makeSecurityLog(securityLogWithin(options.securityLog(), job.window), job.fileName);
  };

  const say = (job: UploadJob, outcome: 'Uploading' | 'Uploaded' | TransferError): void => {
    if (job.requestId === null) {
      const status = outcome instanceof TransferError ? 'UploadFailed' : outcome;
      notify('DiagnosticsStatusNotification', { status });
    } else {
      const status = outcome instanceof TransferError ? logFailure(outcome) : outcome;
      notify('LogStatusNotification', { status, requestId: job.requestId });
    }
  };

  const run = async (slot: Slot, job: UploadJob, signal: AbortSignal): Promise<void> => {
    // A flood of requests makes one archive, not as many.
    await pause(options.clock, SETTLE_MS, signal);
    if (signal.aborted) return;
    let outcome: 'Uploaded' | TransferError = 'Uploaded';
    try {
      const { retries, retryIntervalS } = job;
      const repetition = {
        retries: retries ?? undefined,
        retryIntervalS: retryIntervalS ?? undefined,
        onRetry: (error: TransferError, inS: number) =>
          options.events.tell('UploadRetry', `${error.message}; next attempt in ${inS} s`, {
            data: { code: error.code, hint: error.hint },
          }),
      };
      await options.transfer.upload(job.location, await make(job), repetition, signal);
    } catch (error) {
      outcome = transferErrorOf(error, shownLocation(job.location));
    }
    // A newer request took over, or the process ends: nothing more of this one is told.
    if (signal.aborted) return;
    running[slot] = null;
    store.remove(STORED[slot]);
    say(job, outcome);
    if (outcome === 'Uploaded')
      options.events.tell('Uploaded', `${job.fileName} was uploaded to ${shownLocation(job.location)}`);
    else
      options.events.tell('UploadFailed', `${job.fileName} was not uploaded: ${outcome.message}. ${outcome.hint}`, {
        data: { code: outcome.code },
      });
  };

  const begin = (slot: Slot, job: UploadJob, told: boolean): void => {
    running[slot]?.abort.abort();
    const abort = new AbortController();
    running[slot] = { job, abort };
    store.set(STORED[slot], job);
    if (!told) say(job, 'Uploading');
    run(slot, job, abort.signal).catch((error: unknown) => options.failed(error, `uploading ${job.fileName}`));
  };

  const jobOf = (wish: UploadWish, what: UploadJob['what'], requestId: number | null): UploadJob => ({
    what,
    requestId,
    location: wish.location,
    fileName: (what === 'SecurityLog' ? securityLogName : diagnosticsName)(options.chargePointId, options.nowMs()),
    retries: wish.retries ?? null,
    retryIntervalS: wish.retryInterval ?? null,
    window: wish.window,
  });

  return {
    diagnostics(wish) {
      const job = jobOf(wish, 'DiagnosticsLog', null);
      return { fileName: job.fileName, begin: () => begin('diagnostics', job, false) };
    },
    log(wish) {
      if (wish.logType === 'SecurityLog' && securityLogWithin(options.securityLog(), wish.window).length === 0)
        return { status: 'Rejected' };
      const job = jobOf(wish, wish.logType, wish.requestId);
      const status = running.log === null ? 'Accepted' : 'AcceptedCanceled';
      running.log?.abort.abort();
      return { status, filename: job.fileName, begin: () => begin('log', job, false) };
    },
    diagnosticsStatus: () => (running.diagnostics === null ? 'Idle' : 'Uploading'),
    logStatus: () =>
      running.log === null || running.log.job.requestId === null
        ? { status: 'Idle' }
        : { status: 'Uploading', requestId: running.log.job.requestId },
    resume() {
      for (const slot of ['diagnostics', 'log'] as const) {
        const stored = store.get(STORED[slot]);
        // Written by this file only; of an older version it may be another shape.
        if (isJob(stored)) begin(slot, stored, true);
        else if (stored !== undefined) store.remove(STORED[slot]);
      }
    },
    stop() {
      for (const slot of ['diagnostics', 'log'] as const) running[slot]?.abort.abort();
    },
  };
}

/** UploadLogStatusEnumType (white paper §6.19). */
function logFailure({ failure }: TransferError): string {
  switch (failure) {
    case 'denied':
      return 'PermissionDenied';
    case 'unsupported':
      return 'NotSupportedOperation';
    case 'protocol':
      return 'BadMessage';
    case 'failed':
      return 'UploadFailure';
  }
}

function isJob(value: unknown): value is UploadJob {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof Reflect.get(value, 'location') === 'string' &&
    typeof Reflect.get(value, 'fileName') === 'string' &&
    typeof Reflect.get(value, 'window') === 'object'
  );
}
