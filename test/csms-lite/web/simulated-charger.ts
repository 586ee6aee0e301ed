import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { type ChargePointProcess, createChargePoint } from '../../support/tapwatt-process.js';

/** The real tapwatt as a process, on simulated hardware, and the hands of the people in front of it. */
export interface SimulatedCharger {
  readonly id: string;
  readonly process: ChargePointProcess;
  plugIn(connectorId: number): Promise<void>;
  plugOut(connectorId: number): Promise<void>;
  tap(idTag: string): Promise<void>;
  close(): Promise<void>;
}

/** A live page wants more than an energy reading a minute. */
const LIVELY = {
  MeterValueSampleInterval: '1',
  MeterValuesSampledData: 'Energy.Active.Import.Register,Power.Active.Import,Current.Import,Voltage',
};

/** Starts it with two connectors of 32 A; by default it tells its meter every second; it comes back a second after any loss. */
export async function startSimulatedCharger(
  id: string,
  port: number,
  keys: Readonly<Record<string, string>> = LIVELY,
): Promise<SimulatedCharger> {
  const directory = mkdtempSync(join(tmpdir(), 'tapwatt-web-'));
  const configFile = join(directory, 'config.yaml');
  const controlSocket = join(directory, 'control.sock');
  const stateDirectory = join(directory, 'state');
  mkdirSync(stateDirectory);
  // JSON is YAML.
  const configuration = {
    version: 1,
    csms: {
      url: `ws://127.0.0.1:${port}/ocpp`,
      chargePointId: id,
      reconnect: { minimumS: 1, maximumS: 1, randomS: 0 },
    },
    reader: { kind: 'simulated', pollMs: 100 },
    can: { kind: 'simulated' },
    gpio: { backend: 'simulated' },
    connectors: [
      { id: 1, maximumCurrentA: 32, phases: 3 },
      { id: 2, maximumCurrentA: 32, phases: 1, canIdOffset: 2 },
    ],
    ocpp: { configuration: keys },
    stateDirectory,
    controlSocket,
  };
  writeFileSync(configFile, JSON.stringify(configuration));
  const process = createChargePoint(configFile, controlSocket);
  await process.start();
  const act = async (path: string, body: object): Promise<void> => {
    const { status } = await process.post(path, body);
    assert.ok(status < 300, `${path}: ${status}\n${process.program().output()}`);
  };
  return {
    id,
    process,
    plugIn: (connectorId) => act('/plug-in', { connectorId, currentA: 32, phases: connectorId === 1 ? 3 : 1 }),
    plugOut: (connectorId) => act('/plug-out', { connectorId }),
    tap: (idTag) => act('/tap', { idTag }),
    async close() {
      await process.program().end('SIGTERM');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
