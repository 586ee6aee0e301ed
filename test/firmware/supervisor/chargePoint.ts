/** A charge point in this process: real supervisor, drivers and connector threads, a station thread without network. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, createSystemClock, decodePowerModuleMessage, openCanBus } from '@tapwatt/hal';
import { parseConfig } from 'tapwatt/config/load.js';
import { ask, followEvents } from 'tapwatt/control/client.js';
import type { Log } from 'tapwatt/supervisor/log.js';
import type { ConnectorView, ControlState } from 'tapwatt/supervisor/state.js';
import { startSupervisor, THREAD_ENTRIES, type ThreadEntries } from 'tapwatt/supervisor/supervisor.js';
import type { DomainEvent } from 'tapwatt/threads/messages.js';
import { eventually } from '../../support/deadline.js';

export interface BusMessage {
  connectorId: number;
  t: string;
  atMs: number;
}

/** A clock on which everything waits a tenth of its time. */
export function fastClock(factor = 10): Clock {
  const system = createSystemClock();
  return {
    wallMs: system.wallMs,
    monotonicMs: () => system.monotonicMs() * factor,
    after: (delayMs, action) => system.after(delayMs / factor, action),
  };
}

interface Options {
  log?: Log;
  entries?: Partial<ThreadEntries>;
  clock?: Clock;
  /** The status to wait for at the start. */
  ready?: ConnectorView['status'];
}

export async function startChargePoint(options: Options = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'tapwatt-cp-'));
  const yaml = `
csms: { url: "ws://127.0.0.1:9/ocpp", chargePointId: TEST }
reader: { kind: simulated, pollMs: 50 }
can: { kind: simulated, listen: { host: 127.0.0.1, port: 0 } }
gpio: { backend: simulated }
connectors: [{ id: 1 }, { id: 2, canIdOffset: 2 }]
stateDirectory: state
controlSocket: control.sock
`;
  const config = parseConfig(yaml, { file: join(directory, 'config.yaml') });
  const logged: string[] = [];
  const note = (message: string): void => void logged.push(message);
  const exits: number[] = [];
  const supervisor = await startSupervisor({
    config,
    readConfig: () => parseConfig(`${yaml}log: { level: debug }\n`, { file: join(directory, 'config.yaml') }),
    log: options.log ?? { debug: note, info: note, warn: note, error: note, setLevel: () => note('level set') },
    exit: (status) => exits.push(status),
    entries: { ...THREAD_ENTRIES, station: new URL('./workers/station.js', import.meta.url), ...options.entries },
    ...(options.clock === undefined ? {} : { clock: options.clock }),
  });
  const socket = config.controlSocket;
  const get = async (): Promise<ControlState> => (await ask(socket, 'GET', '/state')) as ControlState;
  const post = (path: string, body: object = {}): Promise<unknown> => ask(socket, 'POST', path, body);
  const connector = async (connectorId: number): Promise<ConnectorView> => {
    const found = (await get()).connectors.find((view) => view.connectorId === connectorId);
    if (found === undefined) throw new Error(`no connector ${connectorId}`);
    return found;
  };

  // The bus as another program on the wire sees it.
  const clock = createSystemClock();
  const listen = (await get()).can.listen;
  if (listen === null) throw new Error('the simulated bus does not listen');
  const bus = openCanBus({ kind: 'socketcand', clock, host: listen.host, port: listen.port, interface: 'can0' });
  const frames: BusMessage[] = [];
  bus.onFrame((frame) => {
    for (const { id, canIdOffset } of config.connectors) {
      const message = decodePowerModuleMessage(frame, { idOffset: canIdOffset, currentScaleMa: 1000 });
      if (message !== null && message.t !== 'current') {
        frames.push({ connectorId: id, t: message.t, atMs: clock.monotonicMs() });
      }
    }
  });
  await eventually(() => bus.busState.state === 'up', 'the listener is on the bus');

  const events: DomainEvent[] = [];
  const stopEvents = new AbortController();
  const following = followEvents(socket, (event) => events.push(event), stopEvents.signal);
  await eventually(
    async () => (await get()).connectors.every(({ status }) => status === (options.ready ?? 'Available')),
    'the connectors are there',
    20_000,
  );

  return {
    clock,
    config,
    supervisor,
    socket,
    directory,
    exits,
    logged,
    frames,
    events,
    get,
    post,
    connector,
    /** A car at the connector, a card, and current. */
    async charge(connectorId: number): Promise<void> {
      await post('/plug-in', { connectorId, currentA: 32 });
      await post('/tap', { idTag: 'A1B2C3D4', connectorIds: [connectorId] });
      await eventually(async () => (await connector(connectorId)).status === 'Charging', 'charging');
    },
    async stop(): Promise<void> {
      stopEvents.abort();
      await following;
      await bus.close();
      if (exits.length === 0) supervisor.shutdown({ kind: 'signal', signal: 'SIGTERM' });
      await eventually(() => exits.length > 0, 'ended');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
