import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startScriptedCentralSystem } from '../../support/scripted-central-system.js';
import type { Json } from '../../support/scripted-peer.js';
import { createChargePoint } from '../../support/tapwatt-process.js';
import { Bench, type BenchOptions } from './bench.js';

const CHARGE_POINT = 'CERT-1';

const SOCKETS: readonly Json[] = [
  { id: 1, maximumCurrentA: 32, phases: 3, hasLock: true },
  { id: 2, maximumCurrentA: 16, phases: 1, hasLock: true, canIdOffset: 2 },
];

function connectorsOf(options: BenchOptions): readonly Json[] {
  return options.connectors ?? SOCKETS;
}

/** Starts both ends and waits until every connector has been reported. */
export async function startBench(options: BenchOptions = {}): Promise<Bench> {
  const directory = mkdtempSync(join(tmpdir(), 'tapwatt-cert-'));
  const central = await startScriptedCentralSystem({ ordinary: true, ...options.central });
  const configFile = join(directory, 'config.yaml');
  const controlSocket = join(directory, 'control.sock');
  const stateDirectory = join(directory, 'state');
  mkdirSync(stateDirectory);
  const { csms, ...sections } = options.file ?? {};
  // JSON is YAML.
  const file = {
    version: 1,
    csms: {
      url: central.url,
      chargePointId: CHARGE_POINT,
      reconnect: { minimumS: 0.2, maximumS: 0.5, randomS: 0 },
      callTimeoutS: 20,
      ...csms,
    },
    reader: { kind: 'simulated', pollMs: 100 },
    can: { kind: 'simulated' },
    gpio: { backend: 'simulated' },
    connectors: connectorsOf(options),
    ocpp: { configuration: options.keys ?? {} },
    ...sections,
    stateDirectory,
    controlSocket,
  };
  writeFileSync(configFile, JSON.stringify(file, null, 2));
  const bench = new Bench(
    options,
    central,
    createChargePoint(configFile, controlSocket),
    directory,
    connectorsOf(options).map(({ id }) => Number(id)),
  );
  try {
    await bench.chargePoint.start();
    await bench.online();
    await bench.heard([
      { anyOrder: ['BootNotification', ...[0, ...bench.connectorIds].map((id) => `Status ${id} Available`)] },
    ]);
    const { configurationKey } = await bench.station.call('GetConfiguration', {});
    bench.baseline = new Map(
      (configurationKey as { key: string; value?: string }[]).map(({ key, value }) => [key, value ?? '']),
    );
    return bench;
  } catch (error) {
    const story = bench.story();
    await bench.dispose();
    throw new Error(`the bench did not start: ${error instanceof Error ? error.message : error}\n${story}`);
  }
}
