import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, createSystemClock } from '@tapwatt/hal';
import type { ChargePointConfig } from 'tapwatt/config/config.js';
import type { ConnectorSnapshot } from 'tapwatt/domain/records.js';
import { FEATURE_PROFILES } from 'tapwatt/ocpp/v16/keyDefinition.js';
import { createConnect } from 'tapwatt/station/connect.js';
import { openJournal } from 'tapwatt/station/journal/journal.js';
import { createStation, type Station } from 'tapwatt/station/station.js';
import type { DomainEvent, FromConnector, FromStation, StationState } from 'tapwatt/threads/messages.js';
import { eventually, PATIENCE_MS } from '../../support/deadline.js';
import type { ScriptedCentralSystem } from '../../support/scripted-central-system.js';
import { type CentralSystemOptions, startScriptedCentralSystem } from '../../support/scripted-central-system.js';
import type { Json, ScriptedPeer } from '../../support/scripted-peer.js';
import { ScriptedConnector } from './scripted-connector.js';

export interface BenchOptions {
  connectors?: { hasPlugSensor?: boolean; hasLock?: boolean; phases?: 1 | 3 }[];
  /** OCPP configuration keys at first start. */
  configuration?: Record<string, string>;
  central?: CentralSystemOptions;
  powerLoss?: 'end' | 'resume';
  trusted?: boolean;
  /** Default: all. */
  featureProfiles?: string[];
  /** Changes to the configuration. */
  adjust?: (config: ChargePointConfig) => void;
}

/** The real station on a real journal and a real WebSocket; connectors and central system do what the test says. */
export class StationBench {
  readonly central: ScriptedCentralSystem;
  readonly directory = mkdtempSync(join(tmpdir(), 'tapwatt-station-'));
  readonly connectors: ScriptedConnector[];
  readonly events: DomainEvent[] = [];
  readonly posted: FromStation[] = [];
  readonly clock: Clock = createSystemClock();
  bootId = 'boot-1';
  state: StationState | null = null;
  /** False: connectors' messages to the station are lost, as while its thread is dead. */
  stationHears = true;
  station: Station | null = null;
  readonly #options: BenchOptions;

  private constructor(central: ScriptedCentralSystem, options: BenchOptions) {
    this.central = central;
    this.#options = options;
    const now = () => ({ wallMs: this.clock.wallMs(), monotonicMs: this.clock.monotonicMs() });
    this.connectors = (options.connectors ?? [{}]).map(
      (connector, index) =>
        new ScriptedConnector(index + 1, (message) => this.#fromConnector(index + 1, message), now, connector),
    );
  }

  static async create(options: BenchOptions = {}): Promise<StationBench> {
    const central = await startScriptedCentralSystem({ ordinary: true, ...options.central });
    return new StationBench(central, options);
  }

  /** Like `create`, with the station started and, unless `boot` is false, registered and all statuses reported. */
  static async start(options: BenchOptions = {}, boot = true): Promise<StationBench> {
    const bench = await StationBench.create(options);
    await bench.startStation();
    if (boot) await bench.online();
    return bench;
  }

  get config(): ChargePointConfig {
    const config = chargePointConfig(this.central.url, this.directory, this.#options);
    this.#options.adjust?.(config);
    return config;
  }

  /** The newest connection. */
  get peer(): ScriptedPeer {
    const peer = this.central.connections.at(-1);
    if (peer === undefined) throw new Error('there was no connection yet');
    return peer;
  }

  connector(connectorId = 1): ScriptedConnector {
    const connector = this.connectors[connectorId - 1];
    if (connector === undefined) throw new Error(`no connector ${connectorId}`);
    return connector;
  }

  async startStation(): Promise<void> {
    const { config } = this;
    const opened = await openJournal({
      directory: this.directory,
      clock: this.clock,
      bootId: this.bootId,
      systemClockTrusted: this.#options.trusted ?? true,
    });
    this.station = createStation({
      config,
      opened,
      clock: this.clock,
      random: () => 0,
      connect: createConnect(config.csms),
      systemClockTrust: async () => this.#options.trusted ?? true,
      post: (message) => this.#fromStation(message),
    });
    this.stationHears = true;
    this.station.start();
  }

  /** Registered, connected, and every status told. */
  async online(): Promise<ScriptedPeer> {
    await eventually(() => this.state?.csms.connected && this.state.csms.registration === 'Accepted', 'registration');
    await eventually(() => this.peer.calls('StatusNotification').length > this.connectors.length, 'the first statuses');
    return this.peer;
  }

  /** Hangs the tap's effects on the next turns, as the thread does. */
  tap(idTag: string, connectorIds: number[] | null = null): void {
    const at = { wallMs: this.clock.wallMs(), monotonicMs: this.clock.monotonicMs() };
    this.station?.receive({ t: 'tap', idTag, connectorIds, at });
  }

  /** The station thread dies without a word and is started again; connectors charge on. */
  async restartStation(whileDead: () => void = () => {}): Promise<void> {
    this.stationHears = false;
    await this.station?.close();
    this.state = null;
    whileDead();
    await this.startStation();
  }

  /** Power cut: the connectors forget everything, too, and the machine boots anew. */
  async powerCut(): Promise<void> {
    this.stationHears = false;
    await this.station?.close();
    this.bootId = `${this.bootId}+`;
    this.state = null;
    this.connectors.splice(
      0,
      this.connectors.length,
      ...this.connectors.map((old) => {
        const now = () => ({ wallMs: this.clock.wallMs(), monotonicMs: this.clock.monotonicMs() });
        const send = (message: FromConnector) => this.#fromConnector(old.connectorId, message);
        const fresh = new ScriptedConnector(old.connectorId, send, now, old);
        fresh.energyWh = old.energyWh;
        return fresh;
      }),
    );
    await this.startStation();
  }

  async stop(): Promise<void> {
    await this.station?.close();
    await this.central.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Actions of all CALLs in the order in which they came, over all connections. */
  actions(...only: string[]): string[] {
    return this.requests()
      .map(({ action }) => action)
      .filter((action) => only.length === 0 || only.includes(action));
  }

  requests(): { messageId: string; action: string; payload: Json }[] {
    return this.central.connections
      .flatMap((peer) => peer.frames)
      .sort((a, b) => a.atMs - b.atMs)
      .flatMap(({ direction, message }) =>
        direction === 'in' && Array.isArray(message) && message[0] === 2
          ? [{ messageId: String(message[1]), action: String(message[2]), payload: message[3] as Json }]
          : [],
      );
  }

  /** Statuses of a connector as the central system heard them. */
  statuses(connectorId: number): unknown[] {
    return this.central
      .calls('StatusNotification')
      .filter((status) => status.connectorId === connectorId)
      .map((status) => status.status);
  }

  async status(connectorId: number, status: ConnectorSnapshot['status']): Promise<void> {
    await eventually(() => this.statuses(connectorId).at(-1) === status, `connector ${connectorId} ${status}`);
  }

  async calls(action: string, count: number): Promise<Json[]> {
    return await eventually(() => {
      const calls = this.central.calls(action);
      return calls.length >= count && calls;
    }, `${count} × ${action}`);
  }

  async event(type: string, withinMs = PATIENCE_MS): Promise<DomainEvent> {
    return await eventually(() => this.events.find((event) => event.type === type), `event ${type}`, withinMs);
  }

  async queueEmpty(): Promise<void> {
    await eventually(() => this.state?.queue.pending === 0, 'an empty queue');
  }

  #fromConnector(connectorId: number, message: FromConnector): void {
    if (this.stationHears) this.station?.receive({ t: 'connector', connectorId, message });
  }

  #fromStation(message: FromStation): void {
    this.posted.push(message);
    switch (message.t) {
      case 'ready':
        for (const { connectorId, incarnation } of this.connectors)
          queueMicrotask(() => {
            const at = { wallMs: this.clock.wallMs(), monotonicMs: this.clock.monotonicMs() };
            this.station?.receive({ t: 'restore-wanted', connectorId, incarnation, at });
          });
        return;
      case 'restore': {
        const connector = this.connector(message.connectorId);
        const ranAlready = connector.restored !== null;
        connector.restore(message);
        if (ranAlready) connector.receive({ t: 'resend' });
        return;
      }
      case 'to-connector': {
        // Another thread: never in the middle of the station's work.
        const connector = this.connector(message.connectorId);
        queueMicrotask(() => connector.receive(message.message));
        return;
      }
      case 'event':
        this.events.push(message.event);
        return;
      case 'state':
        this.state = message.state;
        return;
      default:
        return;
    }
  }
}

function chargePointConfig(url: string, directory: string, options: BenchOptions): ChargePointConfig {
  return {
    version: 1,
    csms: {
      url,
      tlsUrl: null,
      chargePointId: 'CP-1',
      ocppVersions: ['1.6'],
      security: {
        profile: 0,
        passwordFile: null,
        rootCertificateFile: null,
        clientCertificateFile: null,
        clientKeyFile: null,
        verifyHostname: true,
        additionalRootCertificateCheck: false,
        csmsRootCertificates: [],
        manufacturerRootCertificates: [],
      },
      reconnect: { minimumS: 0.05, maximumS: 0.2, randomS: 0 },
      callTimeoutS: 20,
    },
    identity: {
      vendor: 'Tapwatt',
      model: 'Bench',
      chargePointSerialNumber: null,
      chargeBoxSerialNumber: null,
      firmwareVersion: '0.1.0',
      iccid: null,
      imsi: null,
      meterType: null,
      meterSerialNumber: null,
    },
    supply: { voltageV: 230 },
    reader: { kind: 'none' },
    can: { kind: 'simulated', currentScaleMa: 1000, listen: null },
    gpio: { backend: 'simulated', indicatorPin: null, chipLabels: ['pinctrl-bcm2711'] },
    connectors: (options.connectors ?? [{}]).map((connector, index) => ({
      id: index + 1,
      maximumCurrentA: 32,
      phases: connector.phases ?? 1,
      hasLock: connector.hasLock ?? true,
      hasPlugSensor: connector.hasPlugSensor ?? true,
      canIdOffset: index * 16,
      relayPin: null,
      relayActiveLow: false,
      plugPin: null,
      plugActiveLow: false,
      lockPin: null,
      pwmPin: null,
    })),
    ocpp: {
      configuration: { MeterValueSampleInterval: '0', ...options.configuration },
      featureProfiles: options.featureProfiles ?? [...FEATURE_PROFILES],
    },
    powerLoss: { openTransaction: options.powerLoss ?? 'end' },
    journal: { checkpointIntervalS: 60 },
    clock: { trust: 'system', setSystemClock: false },
    maintenance: { installCommand: null, installTimeoutS: 60, restartAfterInstall: true, uploadMethod: 'auto' },
    stateDirectory: directory,
    controlSocket: join(directory, 'control.sock'),
    log: { level: 'info' },
  };
}
