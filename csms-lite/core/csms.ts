import { dirname, join } from 'node:path';
import { createFirebaseBook } from '../firebase/book.js';
import { createGateway } from '../gateway/gateway.js';
import { createRegistry } from '../gateway/registry.js';
import { createInsightService } from '../insights/insight-service.js';
import { openStore } from '../store/store.js';
import { createAccessService } from './access/access-service.js';
import { createUpgradeLimits } from './access/upgrade-limits.js';
import { startAlarms } from './alarms/alarms.js';
import { createAnomalyBook } from './anomalies/anomaly-book.js';
import { startAnomalyWatch } from './anomalies/anomaly-watch.js';
import { createBackground } from './background.js';
import { createAuthority } from './certificates/authority.js';
import { createCertificateService } from './certificates/certificate-service.js';
import { createChargingProfileService } from './charging-profiles/profile-service.js';
import { startCleanUp } from './clean-up.js';
import { createCommandCentre } from './commands/command-service.js';
import { failInterrupted } from './commands/command-store.js';
import type { Core } from './core.js';
import { createEventStream } from './events.js';
import { createFileService } from './files/file-service.js';
import { createFileStore } from './files/file-store.js';
import { createDispatcher } from './handlers/dispatcher.js';
import { createKnockService } from './knocks/knock-service.js';
import { createListKeeper } from './local-lists/keeper.js';
import { createLocalListService } from './local-lists/local-list-service.js';
import { startMaintenance } from './maintenance.js';
import { createMessageLog } from './messages/message-log.js';
import type { Command } from './model.js';
import { startOverview } from './overview/overview-service.js';
import { createTrustedProxies } from './proxies.js';
import { createQuirkBook } from './quirks/quirk-book.js';
import { createRecordService } from './records/record-service.js';
import { createReservationService } from './reservations/reservation-service.js';
import type { Csms, CsmsOptions, LogSink } from './services.js';
import { createSettingService, DEFAULT_SETTINGS } from './settings/setting-service.js';
import { createSiteLimits } from './sites/site-limits.js';
import { createSiteService } from './sites/site-service.js';
import { createStationClocks } from './stations/clocks.js';
import { createStationService } from './stations/station-service.js';
import { createTagService } from './tags/tag-service.js';
import { createTariffService } from './tariffs/tariff-service.js';
import { createMeterAnnouncer } from './transactions/announce-meter.js';
import { createSessionIndex } from './transactions/session-index.js';
import { createTransactionService } from './transactions/transaction-service.js';
import { createUserService } from './users/user-service.js';
import { createCostService } from './wallets/cost-service.js';
import { createLimitWatch } from './wallets/limit-watch.js';
import { createWalletService } from './wallets/wallet-service.js';
import { createWebhooks } from './webhooks/webhook-service.js';

/** Not on the hour, when everybody does something. */
const EVERY_HOUR = '17 * * * *';
const INSIGHTS_EVERY_HOUR = '41 * * * *';
/** A command of our own waits for its turn and its answer: longer than any timeout of either. */
const SYSTEM_WAIT_MS = 3_600_000;

/**
 * Opens the database and everything on it. Commands of an earlier process that nobody waits for any more are failed.
 * @throws Error when the file cannot be opened, is another program's, or a migration fails
 */
export async function openCsms(options: CsmsOptions): Promise<Csms> {
  const log = options.log ?? STDERR;
  const nowMs = Date.now;
  const store = await openStore(options.databaseFile, {
    onLostMessages: (error, count) => log.error({ err: error, count }, 'messages of the log were lost'),
  });
  await store.write((db) => failInterrupted(db, nowMs()));
  const initial = {
    ...DEFAULT_SETTINGS,
    acceptUnknownStations: options.acceptUnknownStations ?? false,
    unsecuredStations: options.unsecuredStations ?? options.acceptUnknownStations ?? false,
    heartbeatIntervalS: options.heartbeatIntervalS ?? 300,
    messageRetentionDays: options.messageRetentionDays ?? 30,
  };
  const settings = await createSettingService(store, initial, nowMs);
  const registry = createRegistry();
  const events = createEventStream({
    onListenerError: (error) => log.error({ err: error }, 'a listener of the event stream failed and was taken off'),
  });
  const meters = createMeterAnnouncer(events);
  const core: Core = {
    store,
    events,
    links: registry,
    sessions: createSessionIndex(store),
    clocks: createStationClocks(store),
    settings,
    log,
    nowMs,
    background: createBackground(log),
    quirks: createQuirkBook(store),
    certificates: {
      request: (stationId, csr, atMs) => certificates.request(stationId, csr, atMs),
      deliver: (stationId) => certificates.deliver(stationId),
    },
    anomalies: {
      meter: (...values) => anomalyWatch.meter(...values),
      told: (...values) => anomalyWatch.told(...values),
    },
    command: (stationId, name, body) =>
      commands.send(stationId, name, body, { waitMs: SYSTEM_WAIT_MS, actor: 'system' }),
    announceMeter: meters.announce,
    booted: (stationId) => {
      siteLimits.booted(stationId);
      listKeeper.booted(stationId);
      anomalyWatch.booted(stationId);
    },
    settleIdle: (stationId, connectorId) => costs.onStatus(stationId, connectorId),
    outbox: { keep: (db, announced) => webhooks.keep(db, announced) },
  };
  const costs = createCostService(core);
  const commands = createCommandCentre(core);
  const certificates = createCertificateService(
    core,
    createAuthority(join(dirname(options.databaseFile), 'certificates')),
  );
  const siteLimits = createSiteLimits(core);
  const send = (stationId: string, name: string, body: object, actor: string): Promise<Command> =>
    commands.send(stationId, name, body, { waitMs: SYSTEM_WAIT_MS, actor });
  const localLists = createLocalListService(core, send);
  const listKeeper = createListKeeper(core, localLists);
  const stations = createStationService(core, send);
  const messages = createMessageLog(core);
  const dispatcher = createDispatcher(core);
  const gateway = createGateway({
    core,
    registry,
    dispatcher,
    commands,
    messages,
    options: {
      pingIntervalS: options.pingIntervalS ?? 30,
      callTimeoutMs: options.callTimeoutMs ?? 30_000,
      limits: createUpgradeLimits(nowMs, options.upgradeLimits),
      proxies: options.trustedProxies ?? createTrustedProxies([]),
    },
  });
  const limitWatch = createLimitWatch(core);
  const maintenance = startMaintenance(core, limitWatch);
  const access = createAccessService(core);
  const webhooks = await createWebhooks(core, options.presentEvent ?? (({ event }) => event), options.webhooks);
  const queues = async (): Promise<Record<string, number>> => ({
    'webhook deliveries': (await webhooks.counts()).pending,
    commands: commands.pending,
  });
  const overview = await startOverview(core);
  const alarms = await startAlarms(core, { databaseFile: options.databaseFile, queues }, options.alarms);
  const cleanUp = startCleanUp({ core, access, webhooks, alarms, expression: options.cleanUpSchedule ?? EVERY_HOUR });

  const anomalies = createAnomalyBook(core);
  const anomalyWatch = startAnomalyWatch(core, anomalies);
  // What an earlier process saw is seen again if it is still so.
  await anomalies.forget('csms', null);

  const insights = createInsightService({
    ...core,
    databaseFile: options.databaseFile,
    expression: options.insightSchedule ?? INSIGHTS_EVERY_HOUR,
  });

  let closing: Promise<void> | null = null;
  return {
    stations,
    transactions: createTransactionService(core),
    tags: createTagService(core),
    commands,
    reservations: createReservationService(core),
    chargingProfiles: createChargingProfileService(core),
    knocks: createKnockService(core, stations),
    messages,
    records: createRecordService(core),
    localLists,
    sites: createSiteService(core, siteLimits.changed),
    siteLimits,
    certificates,
    files: createFileService(core, createFileStore(join(dirname(options.databaseFile), 'files'))),
    quirks: core.quirks,
    settings,
    tariffs: createTariffService(core),
    users: createUserService(core),
    wallets: createWalletService(core),
    costs,
    access,
    webhooks,
    insights,
    alarms: alarms.service,
    overview,
    anomalies: { list: anomalies.list },
    current: anomalyWatch.current,
    firebaseBook: createFirebaseBook(store),
    cleanUp: () => cleanUp.run(),
    events,
    handleUpgrade: gateway.handleUpgrade,
    figures: async () => {
      const active = await store.read
        .selectFrom('tx')
        .select((select) => select.fn.countAll().as('total'))
        .where('state', '=', 'active')
        .executeTakeFirstOrThrow();
      return {
        connectedStations: registry.size,
        pendingCommands: commands.pending,
        callsReceived: { ...dispatcher.received },
        databaseBytes: store.bytes(),
        activeTransactions: Number(active.total),
      };
    },
    close() {
      closing ??= (async () => {
        siteLimits.close();
        limitWatch.close();
        anomalyWatch.stop();
        listKeeper.close();
        await gateway.close();
        await dispatcher.idle();
        await core.background.stop();
        await commands.idle();
        await maintenance.stop();
        await cleanUp.stop();
        await alarms.stop();
        await overview.stop();
        await webhooks.stop();
        await insights.stop();
        meters.close();
        await core.quirks.flush();
        await core.clocks.flush();
        await store.close();
      })();
      return closing;
    },
  };
}

const STDERR: LogSink = {
  warn: (facts, message) => write('warn', facts, message),
  error: (facts, message) => write('error', facts, message),
};

function write(level: string, facts: object, message: string): void {
  const shown = Object.fromEntries(
    Object.entries(facts).map(([key, value]) => [key, value instanceof Error ? (value.stack ?? value.message) : value]),
  );
  process.stderr.write(`${JSON.stringify({ level, time: new Date().toISOString(), msg: message, ...shown })}\n`);
}
