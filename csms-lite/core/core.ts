import type { Connection } from '@tapwatt/ocpp';
import type { Store } from '../store/store.js';
import type { AnomalyDesk } from './anomalies/anomaly-watch.js';
import type { Background } from './background.js';
import type { CertificateDesk } from './certificates/certificate-service.js';
import type { EventStream } from './events.js';
import type { Command } from './model.js';
import type { QuirkBook } from './quirks/quirk-book.js';
import type { LogSink, Settings } from './services.js';
import type { StationClocks } from './stations/clocks.js';
import type { Session, SessionIndex } from './transactions/session-index.js';
import type { Outbox } from './webhooks/outbox.js';

/** A charge point's live connection, as the core needs it. */
export interface StationLink {
  readonly stationId: string;
  readonly connection: Connection;
  readonly remoteAddress: string;
  /** How the charge point reached us, for URLs that it is given: `http://192.168.1.20:8180`. */
  readonly origin: string;
  readonly connectedAtMs: number;
  /** Last frame in either direction from the charge point. */
  lastSeenAtMs: number;
}

/** Who is connected now; kept by the gateway. */
export interface Links {
  readonly size: number;
  get(stationId: string): StationLink | null;
  all(): Iterable<StationLink>;
}

/** What every part of the core works with. */
export interface Core {
  readonly store: Store;
  readonly events: EventStream;
  readonly links: Links;
  readonly sessions: SessionIndex;
  readonly clocks: StationClocks;
  readonly settings: { get(): Settings };
  readonly log: LogSink;
  /** What is done after an answer, or by itself. */
  readonly background: Background;
  readonly quirks: QuirkBook;
  readonly certificates: Pick<CertificateDesk, 'request' | 'deliver'>;
  /** The detectors of anomalies in currents. */
  readonly anomalies: Pick<AnomalyDesk, 'meter' | 'told'>;
  nowMs(): number;
  /**
   * Sends a command of our own, as the actor `system`, and waits for its outcome.
   * @throws ServiceError as CommandService.send does
   */
  command(stationId: string, name: string, body: object): Promise<Command>;
  /** Announces new meter values of a session, soon and not too often. */
  announceMeter(session: Session): void;
  /** A connector has reported a status: sessions on it may owe idle time, or owe no more. */
  settleIdle(stationId: string, connectorId: number): Promise<void>;
  /** A charge point has booted: what it was told before may be gone. */
  booted(stationId: string): void;
  /** What is owed to other servers; `commit` (commit.ts) writes it with the change itself. */
  readonly outbox: Pick<Outbox, 'keep'>;
}
