import type { ConnectorTraits, ConnectorWorkerData } from '../threads/messages.js';
import type { ConnectorPortOptions } from './connectorPort.js';

/** What a connector's thread is started with. */
export function workerDataOf(options: ConnectorPortOptions): ConnectorWorkerData {
  const { config } = options.hardware;
  const traits: ConnectorTraits = {
    connectorId: config.id,
    maximumCurrentMa: Math.round(config.maximumCurrentA * 1000),
    phases: config.phases,
    hasLock: config.hasLock,
    hasPlugSensor: config.hasPlugSensor,
    checkpointIntervalS: options.checkpointIntervalS,
  };
  return { traits, bench: options.bench, logLevel: options.logLevel };
}
