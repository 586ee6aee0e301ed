import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCsms } from 'csms-lite/core/csms.js';
import type { StreamedEvent } from 'csms-lite/core/events.js';
import type { Csms, CsmsOptions } from 'csms-lite/core/services.js';
import { type ChargePointOptions, connectScriptedChargePoint } from '../../../support/scripted-charge-point.js';
import type { Json, ScriptedPeer } from '../../../support/scripted-peer.js';

export const BOOT: Json = { chargePointVendor: 'Tapwatt', chargePointModel: 'Scripted' };

/** csms-lite's core and gateway on a port of 127.0.0.1, with a database of its own. */
export interface RunningCsms {
  csms: Csms;
  port: number;
  /** `ws://127.0.0.1:port/ocpp` */
  url: string;
  databaseFile: string;
  /** Everything that was announced. */
  events: StreamedEvent[];
  /** Errors that were logged. Warnings are not kept. */
  errors: { facts: object; message: string }[];
  connect(identity: string, options?: Partial<ChargePointOptions>): Promise<ScriptedPeer>;
  /** Closes and opens again on the same database. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function runCsms(options: Partial<CsmsOptions> = {}): Promise<RunningCsms> {
  const directory = await mkdtemp(join(tmpdir(), 'csms-test-'));
  const databaseFile = join(directory, 'csms.sqlite');
  const errors: RunningCsms['errors'] = [];
  const events: StreamedEvent[] = [];
  const log = {
    warn: () => {},
    error: (facts: object, message: string) => void errors.push({ facts, message }),
  };
  const open = async (): Promise<Csms> => {
    const csms = await openCsms({ databaseFile, acceptUnknownStations: true, log, ...options });
    csms.events.subscribe((event) => events.push(event));
    return csms;
  };
  let csms = await open();
  const http = createServer((_request, response) => void response.writeHead(404).end());
  http.on('upgrade', (request, socket, head) => csms.handleUpgrade(request, socket, head));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  const url = `ws://127.0.0.1:${port}/ocpp`;
  return {
    get csms() {
      return csms;
    },
    port,
    url,
    databaseFile,
    events,
    errors,
    connect: (identity, more) => connectScriptedChargePoint({ url, identity, ...more }),
    async restart() {
      await csms.close();
      csms = await open();
    },
    async close() {
      await csms.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** An ISO time `seconds` after a fixed hour today, so that sessions have times that are neither late nor ahead. */
export function at(seconds: number): string {
  return new Date(Math.floor(Date.now() / 1000) * 1000 - 60_000 + seconds * 1000).toISOString();
}

export function start(
  connectorId: number,
  idTag: string,
  meterStart: number,
  timestamp: string,
  more: Json = {},
): Json {
  return { connectorId, idTag, meterStart, timestamp, ...more };
}

export function stop(transactionId: unknown, meterStop: number, timestamp: string, more: Json = {}): Json {
  return { transactionId, meterStop, timestamp, ...more };
}

export function meter(connectorId: number, timestamp: string, value: number | string, more: Json = {}): Json {
  return { connectorId, meterValue: [{ timestamp, sampledValue: [{ value: String(value) }] }], ...more };
}
