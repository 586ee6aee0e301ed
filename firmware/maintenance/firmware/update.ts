import type { KeyObject } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@tapwatt/hal';
import type { Notify, Teller } from '../ports.js';
import { type TransferError, transferErrorOf } from '../transfer/errors.js';
import { shownLocation } from '../transfer/location.js';
import { pause, type Transfer } from '../transfer/transfer.js';
import type { Installer } from './installer.js';
import { type FirmwareJob, type FirmwareStatus, type Phase, plainStatus, readJob } from './job.js';
import { isSignedBy } from './signature.js';

export interface FirmwareUpdateOptions {
  clock: Pick<Clock, 'after'>;
  nowMs: () => number;
  /** Made when it is needed; holds the file that is being downloaded. */
  directory: string;
  transfer: Transfer;
  installer: Installer;
  /** Of the program that runs now. */
  version: string;
  sessions: {
    /** A car charges, or somebody has been authorised. */
    busy(): boolean;
    /** Takes connectors out of service for the time of the update, or back. */
    hold(on: boolean): void;
  };
  /** The public key of a signing certificate that chains to a manufacturer root; null when it does not (any more). */
  signingKey: (certificate: string) => KeyObject | null;
  notify: Notify;
  /** SecurityEventNotification. */
  security: (type: 'FirmwareUpdated' | 'InvalidFirmwareSignature', techInfo: string) => void;
  events: Teller;
  store: { get(name: string): unknown; set(name: string, value: unknown): void; remove(name: string): void };
  /** Runs journal calls in one commit. */
  atomically: (work: () => void) => void;
  /** Ends the process so that what was installed runs. */
  restart: () => void;
  failed: (error: unknown, doing: string) => void;
}

/** What TriggerMessage and ExtendedTriggerMessage report. */
export interface LastStatus {
  status: FirmwareStatus;
  requestId: number | null;
}

/** One firmware update at a time: UpdateFirmware (1.6 §5.19) and SignedUpdateFirmware (white paper L01). */
export interface FirmwareUpdate {
  /** `cannot` while an installation runs that cannot be interrupted (L01.FR.27); `canceled`: another one was given up. */
  readonly replacing: 'none' | 'canceled' | 'cannot';
  begin(job: FirmwareJob): void;
  /** What was told last of a signed (or plain) update; null before the first. */
  last(kind: 'signed' | 'plain'): LastStatus | null;
  /** Goes on with what a restart interrupted. */
  resume(): void;
  stop(): void;
}

const STORED_JOB = 'maintenance.firmware';
const STORED_LAST = { signed: 'maintenance.firmware.signed', plain: 'maintenance.firmware.plain' } as const;
const LOOK_AGAIN_MS = 60_000;
const SESSION_LOOK_MS = 500;
const MAXIMUM_INSTALLS = 2;

export function createFirmwareUpdate(options: FirmwareUpdateOptions): FirmwareUpdate {
  const { store, installer, sessions } = options;
  const file = join(options.directory, 'firmware.bin');
  let running: { job: FirmwareJob; abort: AbortController } | null = null;

  const tell = (job: FirmwareJob, status: FirmwareStatus): void => {
    if (job.signed !== null) {
      const { requestId } = job.signed;
      options.notify('SignedFirmwareStatusNotification', { status, requestId });
      store.set(STORED_LAST.signed, { status, requestId });
      return;
    }
    const plain = plainStatus(status);
    if (plain === null) return;
    options.notify('FirmwareStatusNotification', { status: plain });
    store.set(STORED_LAST.plain, { status: plain, requestId: null });
  };

  /** Phase and notification in one commit: after a power cut neither is missing nor told twice. */
  const enter = (job: FirmwareJob, phase: Phase, status?: FirmwareStatus): void =>
    options.atomically(() => {
      job.phase = phase;
      store.set(STORED_JOB, job);
      if (status !== undefined) tell(job, status);
    });

  const finish = async (job: FirmwareJob, status: FirmwareStatus, message: string, hint = ''): Promise<void> => {
    options.atomically(() => {
      store.remove(STORED_JOB);
      tell(job, status);
      if (status === 'Installed') options.security('FirmwareUpdated', shownLocation(job.location));
      if (status === 'InvalidSignature') options.security('InvalidFirmwareSignature', shownLocation(job.location));
    });
    running = null;
    sessions.hold(false);
    options.events.tell(status === 'Installed' ? 'FirmwareInstalled' : 'FirmwareFailed', `${message} ${hint}`.trim(), {
      data: { status },
    });
    await forgetFile();
  };

  const forgetFile = async (): Promise<void> => {
    for (const path of [file, `${file}.origin`]) await rm(path, { force: true });
  };

  const until = async (atMs: number, signal: AbortSignal): Promise<void> => {
    // The clock may be set meanwhile: look at it again from time to time.
    for (let leftMs = atMs - options.nowMs(); leftMs > 0 && !signal.aborted; leftMs = atMs - options.nowMs())
      await pause(options.clock, Math.min(leftMs, LOOK_AGAIN_MS), signal);
  };

  /** Gives false when the update has ended. */
  const download = async (job: FirmwareJob, signal: AbortSignal): Promise<boolean> => {
    if (job.phase === 'scheduled') {
      await until(job.retrieveAtMs, signal);
      if (signal.aborted) return false;
      await forgetFile();
      enter(job, 'downloading', 'Downloading');
    }
    try {
      await mkdir(options.directory, { recursive: true, mode: 0o700 });
      const { retries, retryIntervalS } = job;
      const onRetry = (error: TransferError, inS: number): void =>
        options.events.tell('DownloadRetry', `${error.message}; next attempt in ${inS} s`, {
          data: { code: error.code, hint: error.hint },
        });
      await options.transfer.download(
        job.location,
        file,
        { retries: retries ?? undefined, retryIntervalS: retryIntervalS ?? undefined, onRetry },
        signal,
      );
    } catch (error) {
      if (signal.aborted) return false;
      const { message, hint } = transferErrorOf(error, shownLocation(job.location));
      await finish(job, 'DownloadFailed', `The firmware was not downloaded: ${message}.`, hint);
      return false;
    }
    if (signal.aborted) return false;
    enter(job, 'downloaded', 'Downloaded');
    return true;
  };

  const verify = async (job: FirmwareJob, signal: AbortSignal): Promise<boolean> => {
    if (job.signed === null) {
      enter(job, 'verified');
      return true;
    }
    const key = options.signingKey(job.signed.signingCertificate);
    const good = key !== null && (await isSignedBy(file, job.signed.signature, key));
    if (signal.aborted) return false;
    if (!good) {
      await finish(job, 'InvalidSignature', 'The firmware was not installed: its signature does not hold.');
      return false;
    }
    enter(job, 'verified', 'SignatureVerified');
    return true;
  };

  const waitForTurn = async (job: FirmwareJob, signal: AbortSignal): Promise<void> => {
    const { installAtMs } = job;
    if (job.phase === 'verified' && installAtMs !== null && installAtMs > options.nowMs())
      enter(job, 'install-scheduled', 'InstallScheduled');
    if (job.phase === 'install-scheduled' && installAtMs !== null) await until(installAtMs, signal);
    if (signal.aborted) return;
    if (job.phase !== 'waiting') enter(job, 'waiting');
    if (installer.interrupts || sessions.busy()) sessions.hold(true);
    while (sessions.busy() && !signal.aborted) await pause(options.clock, SESSION_LOOK_MS, signal);
  };

  const install = async (job: FirmwareJob, signal: AbortSignal): Promise<void> => {
    if (job.phase !== 'installing') {
      job.installs = 1;
      job.versionBefore = options.version;
      enter(job, 'installing', 'Installing');
    }
    if (installer.interrupts) sessions.hold(true);
    const result = await installer.install(file);
    // The station closes: the next process looks whether it runs what was installed.
    if (signal.aborted) return;
    if (!result.ok) {
      const status = result.verification ? 'InstallVerificationFailed' : 'InstallationFailed';
      await finish(job, status, `The firmware was not installed: ${result.reason}.`, result.hint);
      return;
    }
    if (installer.needsRestart) {
      enter(job, 'restarting', 'InstallRebooting');
      options.restart();
      return;
    }
    await finish(job, 'Installed', 'The firmware was installed.');
  };

  /** Takes up an installation that ended with the process. */
  const afterRestart = async (job: FirmwareJob): Promise<boolean> => {
    if (job.phase === 'restarting' || job.versionBefore !== options.version) {
      await finish(job, 'Installed', 'The firmware was installed and runs.');
      return true;
    }
    if (job.installs >= MAXIMUM_INSTALLS) {
      await finish(job, 'InstallationFailed', 'The installation was interrupted twice.');
      return true;
    }
    job.installs += 1;
    enter(job, 'installing');
    return false;
  };

  const run = async (job: FirmwareJob, signal: AbortSignal): Promise<void> => {
    if (job.phase === 'scheduled' || job.phase === 'downloading') if (!(await download(job, signal))) return;
    if (job.phase === 'downloaded') if (!(await verify(job, signal))) return;
    if (job.phase !== 'installing') await waitForTurn(job, signal);
    if (!signal.aborted) await install(job, signal);
  };

  const start = (job: FirmwareJob, first: (signal: AbortSignal) => Promise<boolean>): void => {
    const abort = new AbortController();
    running = { job, abort };
    const work = async (): Promise<void> => {
      if (!(await first(abort.signal))) await run(job, abort.signal);
    };
    work().catch((error: unknown) => {
      options.failed(error, 'firmware update');
      if (running?.job !== job) return;
      finish(job, job.phase === 'downloading' ? 'DownloadFailed' : 'InstallationFailed', String(error)).catch(
        (again: unknown) => options.failed(again, 'firmware update'),
      );
    });
  };

  return {
    get replacing() {
      if (running === null) return 'none';
      return running.job.phase === 'installing' || running.job.phase === 'restarting' ? 'cannot' : 'canceled';
    },
    begin(job) {
      running?.abort.abort();
      sessions.hold(false);
      const later = job.retrieveAtMs > options.nowMs();
      enter(job, 'scheduled', later ? 'DownloadScheduled' : undefined);
      options.events.tell('FirmwareUpdate', `The central system sends firmware from ${shownLocation(job.location)}`);
      start(job, async () => false);
    },
    last(kind) {
      const stored = store.get(STORED_LAST[kind]);
      return typeof stored === 'object' && stored !== null ? (stored as LastStatus) : null;
    },
    resume() {
      const job = readJob(store.get(STORED_JOB));
      if (job === null) return;
      const interrupted = job.phase === 'installing' || job.phase === 'restarting';
      start(job, async () => interrupted && (await afterRestart(job)));
    },
    stop() {
      running?.abort.abort();
    },
  };
}
