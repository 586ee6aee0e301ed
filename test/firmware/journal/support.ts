import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MeterReading } from '@tapwatt/hal';
import type { ConnectorRecord, ReadingContext, StopReason } from 'tapwatt/domain/records.js';
import type { Stamp } from 'tapwatt/domain/stamp.js';
import {
  type Applied,
  type Journal,
  type JournalOptions,
  type OpenedJournal,
  type OwedMessage,
  openJournal,
  type WantedReadings,
} from 'tapwatt/station/journal/journal.js';

/** 2026-01-05T10:00:00Z */
export const WALL0 = Date.UTC(2026, 0, 5, 10);

/** A clock that stands until it is moved. */
export class TestClock {
  wall = WALL0;
  monotonic = 1000;
  wallMs = (): number => this.wall;
  monotonicMs = (): number => this.monotonic;
  now = (): Stamp => ({ wallMs: this.wall, monotonicMs: this.monotonic });
  advance(ms: number): void {
    this.wall += ms;
    this.monotonic += ms;
  }
}

const directories: string[] = [];
process.on('exit', () => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

/** A state directory that goes away with the process. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'tapwatt-journal-'));
  directories.push(directory);
  return directory;
}

export function reading(energyWh: number): MeterReading {
  return { energyWh, powerW: 7360, currentMa: [32000], voltageV: [230], temperatureC: null, socPercent: null };
}

export const SENT: WantedReadings = { meterValues: ['Energy.Active.Import.Register'], stopTransaction: null };
export const KEPT: WantedReadings = {
  meterValues: ['Energy.Active.Import.Register'],
  stopTransaction: ['Energy.Active.Import.Register', 'Power.Active.Import'],
};

export const POLICY = { attempts: 3, retryIntervalS: 60 };

/** A journal in a directory, with a connector thread that numbers its records. */
export class Bench {
  readonly clock = new TestClock();
  readonly directory: string;
  bootId = 'boot-1';
  trusted = true;
  incarnation = 'life-1';
  wanted: WantedReadings = SENT;
  private seqs = new Map<number, number>();
  private current: OpenedJournal | null = null;

  constructor(directory = temporaryDirectory()) {
    this.directory = directory;
  }

  async open(more: Partial<JournalOptions> = {}): Promise<OpenedJournal> {
    this.current = await openJournal({
      directory: this.directory,
      clock: this.clock,
      bootId: this.bootId,
      systemClockTrusted: this.trusted,
      ...more,
    });
    return this.current;
  }

  get journal(): Journal {
    if (this.current === null) throw new Error('open() was not called');
    return this.current.journal;
  }

  close(): void {
    this.current?.journal.close();
    this.current = null;
  }

  /** The machine was off: another boot, another monotonic clock. */
  async reboot(boot: string, offMs = 60_000): Promise<OpenedJournal> {
    this.close();
    this.bootId = boot;
    this.clock.wall += offMs;
    this.clock.monotonic = 500;
    this.incarnation = `life-of-${boot}`;
    return this.open();
  }

  record(connectorId: number, record: ConnectorRecord): Applied {
    const key = connectorId;
    const seq = (this.seqs.get(key) ?? 0) + 1;
    this.seqs.set(key, seq);
    return this.journal.apply({ connectorId, incarnation: this.incarnation, seq, record, wanted: this.wanted });
  }

  start(localId: string, connectorId = 1, meterStartWh = 1000): Applied {
    return this.record(connectorId, {
      t: 'TransactionStarted',
      localId,
      authorization: { idTag: `TAG-${localId}`, parentIdTag: null, source: 'local', reservationId: null },
      meterStartWh,
      reading: reading(meterStartWh),
      at: this.clock.now(),
    });
  }

  meter(
    localId: string | null,
    energyWh: number,
    connectorId = 1,
    context: ReadingContext = 'Sample.Periodic',
  ): Applied {
    return this.record(connectorId, {
      t: 'MeterSampled',
      localId,
      context,
      reading: reading(energyWh),
      offeredMa: 32000,
      at: this.clock.now(),
    });
  }

  checkpoint(localId: string, energyWh: number, connectorId = 1): Applied {
    return this.record(connectorId, { t: 'EnergyCheckpoint', localId, energyWh, at: this.clock.now() });
  }

  end(localId: string, meterStopWh: number, connectorId = 1, reason: StopReason = 'Local'): Applied {
    return this.record(connectorId, {
      t: 'TransactionEnded',
      localId,
      reason,
      idTag: `TAG-${localId}`,
      meterStopWh,
      reading: reading(meterStopWh),
      at: this.clock.now(),
    });
  }

  /** The message that is due now; fails when none is. */
  due(): OwedMessage {
    const due = this.journal.outbox.nextDue(this.clock.monotonic);
    if (due.t !== 'send') throw new Error(`nothing to send: ${JSON.stringify(due)}`);
    return due.message;
  }

  /** Answers the message that is due, a Start with `transactionId`. */
  deliver(transactionId = 77): OwedMessage {
    const message = this.due();
    this.journal.outbox.answered(message.id, message.content.t === 'Started' ? accepted(transactionId) : null);
    return message;
  }
}

export function accepted(transactionId: number) {
  return { transactionId, idTagInfo: { status: 'Accepted' as const, expiresAtMs: null, parentIdTag: null } };
}

export function refused(transactionId: number) {
  return { transactionId, idTagInfo: { status: 'Invalid' as const, expiresAtMs: null, parentIdTag: null } };
}
