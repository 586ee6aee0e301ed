import { join } from 'node:path';
import { parseDateTime } from '@tapwatt/ocpp';
import type {
  GetDiagnosticsRequest,
  GetLogRequest,
  SignedUpdateFirmwareRequest,
  UpdateFirmwareRequest,
} from '@tapwatt/ocpp/v16';
import type { ChargePointConfig } from '../config/config.js';
import { TAPWATT_VERSION } from '../config/version.js';
import type { TriggerRegistry } from '../ocpp/v16/triggers.js';
import type { Security } from '../security/security.js';
import type { Core } from '../station/core.js';
import { readQuery } from '../station/queries.js';
import type { DiagnosticsSources } from './archive/diagnostics.js';
import type { Window } from './archive/window.js';
import { createInstaller } from './firmware/installer.js';
import { createFirmwareUpdate, type FirmwareUpdate } from './firmware/update.js';
import type { Notify } from './ports.js';
import { createTransfer } from './transfer/transfer.js';
import { createUploads, type Uploads } from './uploads.js';

export interface MaintenanceOptions
  extends Pick<Core, 'journal' | 'clock' | 'configuration' | 'connectors' | 'events' | 'stamp' | 'failed'> {
  config: ChargePointConfig;
  security: Pick<Security, 'record' | 'log' | 'firmwareSigner' | 'transferRoots' | 'profile'>;
  kick: () => void;
  request: (action: string, payload: object) => Promise<unknown>;
  /** Takes connectors out of service for the time of an update, or back. */
  hold: (on: boolean) => void;
  /** Ends the process in the orderly way of a soft reset. */
  restart: () => void;
}

export type SignedUpdateAnswer = 'Accepted' | 'AcceptedCanceled' | 'Rejected' | 'InvalidCertificate';

/** Firmware, diagnostics and logs (1.6 FirmwareManagement; white paper L01, N01). `begin` runs after the answer. */
export interface Maintenance {
  getDiagnostics(request: GetDiagnosticsRequest): { fileName: string; begin: () => void };
  getLog(request: GetLogRequest): ReturnType<Uploads['log']>;
  /** `not-supported`: only signed firmware from security profile 2 on. `busy`: an installation runs. */
  updateFirmware(
    request: UpdateFirmwareRequest,
  ): { t: 'accepted'; begin: () => void } | { t: 'not-supported' | 'busy' };
  signedUpdateFirmware(request: SignedUpdateFirmwareRequest): { status: SignedUpdateAnswer; begin: () => void };
  /** @param firmwareManagement whether the profile is on; GetLog is there without it */
  addTriggers(triggers: TriggerRegistry, firmwareManagement: boolean): void;
  start(): void;
  stop(): void;
}

const nothing = (): void => {};

export function createMaintenance(options: MaintenanceOptions): Maintenance {
  const { config, journal, connectors, security } = options;
  const nowMs = (): number => journal.clock.nowMs();
  const transfer = createTransfer({
    clock: options.clock,
    ca: security.transferRoots,
    uploadMethod: config.maintenance.uploadMethod,
  });
  const notify: Notify = (action, payload) => {
    journal.outbox.enqueue({
      type: action,
      body: payload,
      chain: 'maintenance',
      connectorId: null,
      at: options.stamp(),
    });
    options.kick();
  };
  const common = { nowMs, transfer, notify, events: options.events, store: journal.state, failed: options.failed };
  const uploads = createUploads({
    ...common,
    clock: options.clock,
    chargePointId: config.csms.chargePointId,
    sources: sourcesOf(options),
    securityLog: security.log,
  });
  const { installCommand, installTimeoutS, restartAfterInstall } = config.maintenance;
  const firmware: FirmwareUpdate = createFirmwareUpdate({
    ...common,
    clock: options.clock,
    directory: join(config.stateDirectory, 'firmware'),
    installer: createInstaller({ command: installCommand, timeoutS: installTimeoutS, restart: restartAfterInstall }),
    version: TAPWATT_VERSION,
    sessions: {
      busy: () =>
        journal.transactions.open().length > 0 ||
        connectors.ids.some((id) => {
          const snapshot = connectors.snapshot(id);
          return snapshot !== null && (snapshot.transaction !== null || snapshot.waitingIdTag !== null);
        }),
      hold: options.hold,
    },
    signingKey: (certificate) => {
      const signer = security.firmwareSigner(certificate);
      return signer.ok ? signer.key : null;
    },
    security: security.record,
    atomically: (work) => journal.atomically(work),
    restart: options.restart,
  });

  const begin = (job: Parameters<FirmwareUpdate['begin']>[0]) => (): void => firmware.begin(job);
  const send = (action: string, payload: object): void => {
    options.request(action, payload).catch((error: unknown) => options.failed(error, action));
  };

  return {
    getDiagnostics: ({ location, retries, retryInterval, startTime, stopTime }) =>
      uploads.diagnostics({ location, retries, retryInterval, window: windowOf(startTime, stopTime) }),
    getLog: ({ log, logType, requestId, retries, retryInterval }) =>
      uploads.log({
        location: log.remoteLocation,
        logType,
        requestId,
        retries,
        retryInterval,
        window: windowOf(log.oldestTimestamp, log.latestTimestamp),
      }),
    updateFirmware({ location, retrieveDate, retries, retryInterval }) {
      // L01.FR.20 forbids unsigned firmware where signed is used: the profiles that a secure set-up has.
      if (security.profile >= 2) return { t: 'not-supported' };
      if (firmware.replacing === 'cannot') return { t: 'busy' };
      return {
        t: 'accepted',
        begin: begin({
          signed: null,
          location,
          retries: retries ?? null,
          retryIntervalS: retryInterval ?? null,
          retrieveAtMs: parseDateTime(retrieveDate) ?? nowMs(),
          installAtMs: null,
          phase: 'scheduled',
          installs: 0,
          versionBefore: TAPWATT_VERSION,
        }),
      };
    },
    signedUpdateFirmware({ requestId, firmware: wish, retries, retryInterval }) {
      const signer = security.firmwareSigner(wish.signingCertificate);
      if (!signer.ok) {
        security.record('InvalidFirmwareSigningCertificate', `the certificate ${signer.reason}`);
        return { status: 'InvalidCertificate', begin: nothing };
      }
      const { replacing } = firmware;
      if (replacing === 'cannot') return { status: 'Rejected', begin: nothing };
      return {
        status: replacing === 'canceled' ? 'AcceptedCanceled' : 'Accepted',
        begin: begin({
          signed: { requestId, signingCertificate: wish.signingCertificate, signature: wish.signature },
          location: wish.location,
          retries: retries ?? null,
          retryIntervalS: retryInterval ?? null,
          retrieveAtMs: parseDateTime(wish.retrieveDateTime) ?? nowMs(),
          installAtMs: wish.installDateTime === undefined ? null : parseDateTime(wish.installDateTime),
          phase: 'scheduled',
          installs: 0,
          versionBefore: TAPWATT_VERSION,
        }),
      };
    },
    addTriggers(triggers, firmwareManagement) {
      triggers.add({
        message: 'LogStatusNotification',
        by: ['ExtendedTriggerMessage'],
        perConnector: false,
        send: () => send('LogStatusNotification', uploads.logStatus()),
      });
      if (!firmwareManagement) return;
      triggers.add({
        message: 'DiagnosticsStatusNotification',
        by: ['TriggerMessage'],
        perConnector: false,
        send: () => send('DiagnosticsStatusNotification', { status: uploads.diagnosticsStatus() }),
      });
      triggers.add({
        message: 'FirmwareStatusNotification',
        by: ['TriggerMessage'],
        perConnector: false,
        send: () => {
          const last = firmware.replacing === 'none' ? null : firmware.last('plain');
          send('FirmwareStatusNotification', { status: last?.status ?? 'Idle' });
        },
      });
      triggers.add({
        message: 'FirmwareStatusNotification',
        by: ['ExtendedTriggerMessage'],
        perConnector: false,
        send: () => {
          // L01.FR.28, FR.29: Idle after Installed, else what was told last.
          const last = firmware.last('signed');
          const idle = last === null || last.status === 'Installed' || last.requestId === null;
          send(
            'SignedFirmwareStatusNotification',
            idle ? { status: 'Idle' } : { status: last.status, requestId: last.requestId },
          );
        },
      });
    },
    start() {
      uploads.resume();
      firmware.resume();
    },
    stop() {
      uploads.stop();
      firmware.stop();
    },
  };
}

function windowOf(from: string | undefined, to: string | undefined): Window {
  const read = (text: string | undefined): number | null => (text === undefined ? null : parseDateTime(text));
  return { fromMs: read(from), toMs: read(to) };
}

const LISTED = 1000;

function sourcesOf({ config, journal, configuration }: MaintenanceOptions): DiagnosticsSources {
  return {
    chargePointId: config.csms.chargePointId,
    about: () => ({
      program: 'tapwatt',
      version: TAPWATT_VERSION,
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
      uptimeS: Math.round(process.uptime()),
      clockKnown: journal.clock.known,
      disk: journal.pressure(),
    }),
    settings: () => config,
    keys: () => configuration.readable(),
    events: () => journal.events.list(LISTED),
    transactions: () => readQuery(journal, { q: 'transactions', limit: LISTED }) as TransactionRow[],
    queue: () => readQuery(journal, { q: 'queue' }),
  };
}

interface TransactionRow {
  startedAt: string;
  stoppedAt: string | null;
}
