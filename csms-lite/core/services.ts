/**
 * Everything that the API, the pages and the command line may ask of csms-lite. `openCsms` in `./csms.ts` makes it:
 *
 *     const csms = await openCsms({ databaseFile: 'var/csms.sqlite', acceptUnknownStations: true });
 *     httpServer.on('upgrade', (request, socket, head) => csms.handleUpgrade(request, socket, head));
 *     …
 *     await csms.close();
 *
 * Refusals are thrown as `ServiceError` (`./errors.ts`) with code, message, hint and httpStatus. Every change is on
 * disk before the promise resolves, and is announced on `events` after that. `actor` names who did it in the audit log.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FirebaseBook } from '../firebase/book.js';
import type { InsightService } from '../insights/insight-service.js';
import type { AccessService } from './access/access-service.js';
import type { AlarmService } from './alarms/alarm-service.js';
import type { AnomalyService } from './anomalies/anomaly-book.js';
import type { CurrentService } from './anomalies/current-trace.js';
import type { CertificateService } from './certificates/certificate-service.js';
import type { EventStream } from './events.js';
import type { FileService } from './files/file-service.js';
import type { LocalListService } from './local-lists/local-list-service.js';
import type {
  AuditEntry,
  ChargingProfile,
  ChargingProfileUpdate,
  Command,
  DataTransfer,
  FileJob,
  Knock,
  MeterSample,
  OcppMessage,
  Page,
  PageRequest,
  ProfileAssignment,
  Reservation,
  ReservationStatus,
  SecurityEvent,
  Station,
  StationUpdate,
  Tag,
  TagUpdate,
  Transaction,
  TransactionEvent,
  UnknownTag,
} from './model.js';
import type { OverviewService } from './overview/overview-service.js';
import type { QuirkService } from './quirks/quirk-book.js';
import type { SettingService } from './settings/settings.js';
import type { SiteLimits } from './sites/site-limits.js';
import type { SiteService } from './sites/site-service.js';
import type { TariffService } from './tariffs/tariff-service.js';
import type { SessionExportFilter, SessionRecord } from './transactions/export.js';
import type { UserService } from './users/user-service.js';
import type { CostService } from './wallets/cost-service.js';
import type { WalletService } from './wallets/wallet-service.js';
import type { WebhookService } from './webhooks/webhook-service.js';

export type { SettingService, Settings } from './settings/settings.js';

export interface Csms {
  stations: StationService;
  transactions: TransactionService;
  tags: TagService;
  commands: CommandService;
  reservations: ReservationService;
  chargingProfiles: ChargingProfileService;
  knocks: KnockService;
  messages: MessageLog;
  records: RecordService;
  localLists: LocalListService;
  sites: SiteService;
  siteLimits: Pick<SiteLimits, 'allocations'>;
  certificates: CertificateService;
  files: FileService;
  quirks: QuirkService;
  anomalies: AnomalyService;
  current: CurrentService;
  settings: SettingService;
  tariffs: TariffService;
  users: UserService;
  wallets: WalletService;
  costs: Pick<CostService, 'get'>;
  access: AccessService;
  webhooks: WebhookService;
  /** What the Realtime Database has acknowledged. */
  firebaseBook: FirebaseBook;
  insights: InsightService;
  alarms: AlarmService;
  overview: OverviewService;
  /** Forgets what is older than its retention, now. */
  cleanUp(): Promise<void>;
  events: EventStream;
  /** For the HTTP server's `upgrade` event. Answers or destroys the socket itself; never throws. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Sockets, queue depths and sizes, for /metrics and the system page. */
  figures(): Promise<Figures>;
  /** Closes every charge point's socket (1001), waits for running handlers, commits, closes the database. Idempotent. */
  close(): Promise<void>;
}

export type { CsmsOptions, LogSink } from './options.js';

export interface StationService {
  /** By id, ascending. */
  list(page?: PageRequest): Promise<Page<Station>>;
  /** @throws ServiceError charge_point_not_found */
  get(id: string): Promise<Station>;
  /** Registers or updates; members that are absent stay as they are. @throws ServiceError invalid_request (id, password) */
  put(
    id: string,
    update: StationUpdate,
    actor: string,
  ): Promise<{
    station: Station;
    created: boolean;
    /** Made here because the security profile needs one; never shown again. */
    generatedPassword: string | null;
  }>;
  /**
   * Gives a connected charge point a new AuthorizationKey (ChangeConfiguration), made here unless given. From its answer
   * on the old one is refused. `unknown`: the answer did not come; both are right until it has used one.
   * @throws ServiceError charge_point_not_found, charge_point_offline, invalid_request
   */
  rotateKey(
    id: string,
    options: { key?: string },
    actor: string,
  ): Promise<{ outcome: 'accepted' | 'refused' | 'unknown'; key: string | null; command: Command }>;
  /** Closes its socket and forgets it; its sessions and messages stay. No error when it does not exist. */
  remove(id: string, actor: string): Promise<void>;
}

export interface TransactionFilter extends PageRequest {
  chargePointId?: string;
  idTag?: string;
  status?: Transaction['status'];
}

export interface TransactionService {
  /** In the order in which they were first reported, newest first. */
  list(filter?: TransactionFilter): Promise<Page<Transaction>>;
  /** @throws ServiceError transaction_not_found */
  get(id: number): Promise<Transaction>;
  /** By time of measurement, oldest first. @throws ServiceError transaction_not_found */
  samples(id: number, options?: { measurand?: string; limit?: number }): Promise<MeterSample[]>;
  /** Completed sessions with their cost, oldest first, in parts. */
  export(filter: SessionExportFilter): AsyncIterable<SessionRecord[]>;
  /** Oldest first. @throws ServiceError transaction_not_found */
  events(id: number): Promise<TransactionEvent[]>;
  /**
   * Administrative close: the end is the best that is known, nothing goes on the wire, a later StopTransaction replaces it.
   * @throws ServiceError transaction_not_found, transaction_not_active
   */
  close(id: number, options: { reason?: string }, actor: string): Promise<Transaction>;
}

export interface TagService {
  /** Newest first. */
  list(page?: PageRequest): Promise<Page<Tag>>;
  /** @throws ServiceError id_tag_not_found */
  get(idTag: string): Promise<Tag>;
  /** Creates or replaces: absent members take their defaults. @throws ServiceError invalid_request */
  put(idTag: string, update: TagUpdate, actor: string): Promise<{ tag: Tag; created: boolean }>;
  /** @throws ServiceError id_tag_not_found */
  remove(idTag: string, actor: string): Promise<void>;
  /** Tags that were presented and are not known, last seen first. A `put` takes a tag out of this list. */
  unknown(page?: PageRequest): Promise<Page<UnknownTag>>;
}

export interface CommandService {
  /** Names that `send` takes, with what each needs: for pages that build forms, for help texts. */
  describe(): CommandDescription[];
  /**
   * Queues one OCPP call; one is outstanding per charge point. Resolves when the charge point answered or failed to,
   * at the latest after `waitMs` (then `status` is pending and the outcome comes by `get` and as an event).
   * @throws ServiceError charge_point_not_found, command_not_found, operation_not_supported, invalid_request,
   *   charging_profile_not_found, charge_point_offline, charge_point_not_accepted
   */
  send(
    chargePointId: string,
    name: string,
    body: unknown,
    options: { waitMs?: number; actor: string },
  ): Promise<Command>;
  /** @throws ServiceError command_not_found */
  get(id: string): Promise<Command>;
  /** Newest first. */
  list(filter?: PageRequest & { chargePointId?: string; status?: Command['status'] }): Promise<Page<Command>>;
}

export interface CommandDescription {
  name: string;
  action: string;
  versions: readonly ('1.6' | '2.0.1')[];
  /** JSON Schema of the body. */
  bodySchema: object;
}

export interface ReservationService {
  list(filter?: PageRequest & { chargePointId?: string; status?: ReservationStatus }): Promise<Page<Reservation>>;
  /** @throws ServiceError reservation_not_found */
  get(id: number): Promise<Reservation>;
}

export interface ChargingProfileService {
  /** Newest first. `name` matches exactly. */
  list(filter?: PageRequest & { name?: string }): Promise<Page<ChargingProfile>>;
  /** @throws ServiceError charging_profile_not_found */
  get(id: number): Promise<ChargingProfile>;
  /** @throws ServiceError invalid_request */
  put(id: number, profile: unknown, actor: string): Promise<{ profile: ChargingProfile; created: boolean }>;
  /** Like `put`, with an id of our choice. @throws ServiceError invalid_request */
  create(profile: ChargingProfileUpdate, actor: string): Promise<ChargingProfile>;
  /** No error when it does not exist. */
  remove(id: number, actor: string): Promise<void>;
  /** What a charge point has, as it accepted it; newest first. @throws ServiceError charge_point_not_found */
  assignments(chargePointId: string): Promise<ProfileAssignment[]>;
}

export interface KnockService {
  /** Last seen first. */
  list(page?: PageRequest): Promise<Page<Knock>>;
  /**
   * Registers the charge point that knocked, with a password or (profile 0) without, and forgets its knocks.
   * @throws ServiceError knock_not_found, invalid_request
   */
  accept(
    id: number,
    options: Pick<StationUpdate, 'password' | 'displayName' | 'securityProfile' | 'siteId'>,
    actor: string,
  ): Promise<{ station: Station; generatedPassword: string | null }>;
  /** Blocks the id that knocked. @throws ServiceError knock_not_found */
  block(id: number, actor: string): Promise<Station>;
}

export interface MessageFilter extends PageRequest {
  chargePointId?: string;
  action?: string;
  messageId?: string;
  direction?: OcppMessage['direction'];
  /** Only messages with a smaller id: for paging back through a log that grows. */
  beforeId?: number;
}

export interface MessageLog {
  /** Newest first. The last frames can be some 100 ms late. */
  list(filter?: MessageFilter): Promise<Page<OcppMessage>>;
  /** Every frame as it passes. Not in the event stream: there can be thousands each second. */
  watch(listener: (message: OcppMessage) => void): () => void;
}

/** Records that are only looked at. Newest first. */
export interface RecordService {
  securityEvents(filter?: PageRequest & { chargePointId?: string }): Promise<Page<SecurityEvent>>;
  /** What charge points sent by DataTransfer. */
  dataTransfers(filter?: PageRequest & { chargePointId?: string }): Promise<Page<DataTransfer>>;
  fileJobs(filter?: PageRequest & { chargePointId?: string }): Promise<Page<FileJob>>;
  audit(filter?: PageRequest & { subject?: string }): Promise<Page<AuditEntry>>;
  connectorStatuses(filter: PageRequest & { chargePointId: string; connectorId?: number }): Promise<
    Page<{
      connectorId: number;
      status: string;
      errorCode: string;
      info: string | null;
      atMs: number;
      receivedAtMs: number;
    }>
  >;
}

export interface Figures {
  connectedStations: number;
  pendingCommands: number;
  /** CALLs received since start, by action. */
  callsReceived: Record<string, number>;
  databaseBytes: number;
  activeTransactions: number;
}
