import type { Clock } from '@tapwatt/hal';
import type { FromConnector } from '../threads/messages.js';
import type { ConnectorPort } from './connectorPort.js';
import type { EventBus } from './events.js';
import type { Indicator } from './indicator.js';
import type { Log } from './log.js';
import { stampNow } from './stamp.js';
import type { StationMessage, StationPort } from './stationPort.js';

export interface HubOptions {
  clock: Clock;
  log: Log;
  events: EventBus;
  indicator: Indicator;
  station(): StationPort;
  connectors(): readonly ConnectorPort[];
  /** The journal is open for the first time. */
  onReady(): void;
  /** A station thread is there, the first one or another: tell it what it cannot know. */
  onStationReady(): void;
  /** The station accepted a Reset and did what it had to. */
  onRestart(kind: 'Soft' | 'Hard' | 'PowerLoss'): void;
}

/**
 * The switchboard between station and connectors. Neither holds the other's port, so each of them can be restarted
 * alone: main remembers who is there, and asks the station for a restore whenever one of the two is new.
 */
export interface Hub {
  fromConnector(connectorId: number, message: FromConnector): void;
  hello(connectorId: number, incarnation: string): void;
  fromStation(message: StationMessage): void;
  /** A card of the reader, or of the bench. */
  tap(idTag: string, connectorIds: number[] | null): void;
}

export function createHub(options: HubOptions): Hub {
  const { clock, log, events } = options;
  let wasReady = false;

  const askForRestore = (connectorId: number, incarnation: string): void => {
    options.station().send({ t: 'restore-wanted', connectorId, incarnation, at: stampNow(clock) });
  };
  const find = (connectorId: number): ConnectorPort | null => {
    const connector = options.connectors().find((port) => port.connectorId === connectorId) ?? null;
    if (connector === null) log.error(`The station spoke to connector ${connectorId}, which does not exist`);
    return connector;
  };

  const onReady = (meterFloorsWh: Record<number, number>): void => {
    for (const connector of options.connectors()) {
      // A register file that was lost or is older than the journal would make the next transaction begin too low.
      const floorWh = meterFloorsWh[connector.connectorId];
      if (floorWh !== undefined) connector.hardware.meter.raiseTo(floorWh);
    }
    options.onStationReady();
    if (!wasReady) {
      wasReady = true;
      options.onReady();
    }
    // After a restart of the station alone: the connectors run, and the new thread must learn of each.
    for (const { connectorId, incarnation } of options.connectors()) {
      if (incarnation !== null) askForRestore(connectorId, incarnation);
    }
  };

  return {
    fromConnector(connectorId, message) {
      options.station().send({ t: 'connector', connectorId, message });
    },
    hello(connectorId, incarnation) {
      // When the station is not ready, its `ready` asks for all who are there.
      if (options.station().isReady) askForRestore(connectorId, incarnation);
    },
    fromStation(message) {
      switch (message.t) {
        case 'ready':
          onReady(message.meterFloorsWh);
          return;
        case 'to-connector':
          find(message.connectorId)?.deliver(message.message);
          return;
        case 'restore': {
          const connector = find(message.connectorId);
          if (connector === null) return;
          const ranAlready = connector.isRestored;
          connector.restore(message);
          if (ranAlready) connector.deliver({ t: 'resend' });
          return;
        }
        case 'indicate':
          options.indicator.show(message.signal);
          return;
        case 'light':
          options.indicator.configure(message.settings);
          return;
        case 'restart':
          if (message.kind === 'PowerLoss') events.tell('PowerFails', 'Sessions have ended: the process ends');
          else events.tell('Reset', `${message.kind} reset: the process ends and is started again`);
          options.onRestart(message.kind);
          return;
      }
    },
    tap: (idTag, connectorIds) => options.station().tap(idTag, connectorIds),
  };
}
