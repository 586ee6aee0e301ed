import { statfs } from 'node:fs/promises';
import { freemem, totalmem } from 'node:os';
import type { Clock, Timer } from '@tapwatt/hal';
import type { ConnectionReport } from '@tapwatt/ocpp';
import type { OpenedJournal } from '../station/journal/journal.js';
import type { RecordSecurityEvent } from './events.js';

export interface WatchOptions {
  opened: OpenedJournal;
  clock: Pick<Clock, 'after' | 'monotonicMs'>;
  stateDirectory: string;
  firmwareVersion: string;
  record: RecordSecurityEvent;
  failed: (error: unknown, doing: string) => void;
}

/** Notices what the white paper's list (§8) calls a security event. */
export interface Watch {
  /** The process has just begun. */
  start(): void;
  stop(): void;
  /** The process will be ended on purpose; told by the next one. */
  resetBegins(kind: 'Hard' | 'Soft'): void;
  /** Look whether the time has been set. */
  clockMayHaveMoved(): void;
  reported(report: ConnectionReport): void;
}

const RESET = 'security.reset';
const LOOK_EVERY_MS = 60_000;
const STEP_MS = 2_000;
/** Of memory, or of the disk. */
const LOW = 0.03;

export function createWatch(options: WatchOptions): Watch {
  const { clock, record } = options;
  const { journal, outcome, sameProcess } = options.opened;
  const offset = (): number => journal.clock.nowMs() - clock.monotonicMs();
  let lastOffsetMs = offset();
  let timer: Timer | null = null;

  const look = async (): Promise<void> => {
    const { bavail, blocks } = await statfs(options.stateDirectory);
    const disk = bavail / Math.max(blocks, 1);
    const memory = freemem() / totalmem();
    if (journal.pressure() !== 'none') record('MemoryExhaustion', 'the disk of the journal is full');
    else if (disk < LOW) record('MemoryExhaustion', `${Math.round(disk * 100)} % of the disk is free`);
    else if (memory < LOW) record('MemoryExhaustion', `${Math.round(memory * 100)} % of the memory is free`);
  };

  const tick = (): void => {
    timer = clock.after(LOOK_EVERY_MS, tick);
    look().catch((error: unknown) => options.failed(error, 'looking at disk and memory'));
  };

  return {
    start() {
      timer = clock.after(LOOK_EVERY_MS, tick);
      if (outcome.t === 'restored' || outcome.t === 'started-empty-after-loss')
        record('SecurityLogWasCleared', outcome.sentence);
      // Only this thread was restarted: the device has not been.
      if (sameProcess) return;
      record('StartupOfTheDevice', `firmware ${options.firmwareVersion}`);
      const kind = journal.state.get(RESET);
      if (kind === undefined) return;
      journal.state.remove(RESET);
      record('ResetOrReboot', `${String(kind)} reset`);
    },
    stop() {
      timer?.cancel();
    },
    resetBegins(kind) {
      try {
        journal.state.set(RESET, kind);
      } catch (error) {
        // The reset happens all the same.
        options.failed(error, 'noting the reset');
      }
    },
    clockMayHaveMoved() {
      const now = offset();
      const stepMs = now - lastOffsetMs;
      lastOffsetMs = now;
      if (Math.abs(stepMs) < STEP_MS) return;
      const was = new Date(journal.clock.nowMs() - stepMs).toISOString();
      record('SettingSystemTime', `from ${was} by ${Math.round(stepMs / 1000)} s`);
    },
    reported(report) {
      if (report.kind === 'bad-frame') record('InvalidMessages', report.reason);
      if (report.kind === 'invalid-payload' && report.of === 'call')
        record('InvalidMessages', `${report.action}: ${report.violations[0]?.message ?? 'does not fit its schema'}`);
    },
  };
}
