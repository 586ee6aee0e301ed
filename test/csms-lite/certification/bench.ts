import * as assert from 'uvu/assert';
import type { Json, ScriptedPeer } from '../../support/scripted-peer.js';
import { type Answer, type Body, startTestServer, type TestServer } from '../api/server.js';

/**
 * What an independent conformance tester has: a charge point of its own on a real WebSocket, and the REST contract.
 * Nothing here looks into csms-lite by another way.
 */
export interface Bench {
  readonly server: TestServer;
  api(method: string, path: string, body?: unknown): Promise<Answer>;
  /** A registered charge point that has booted; a new identity each time. */
  station(connectors?: number): Promise<Station>;
  tag(idTag: string, body?: object): Promise<void>;
  close(): Promise<void>;
}

export interface Station {
  readonly id: string;
  readonly peer: ScriptedPeer;
  /** Comes back on a new connection, without a boot. */
  reconnect(): Promise<void>;
  status(connectorId: number, status: string, errorCode?: string): Promise<Json>;
  /** GET of itself. */
  shown(): Promise<Body>;
  /** Its newest sessions by the API. */
  sessions(query?: string): Promise<Body[]>;
  /** Posts a command, answers the CALL that it causes. @returns what was on the wire, and the command's outcome */
  command(name: string, body: object, action: string, answer?: Json): Promise<{ wire: Json; command: Body }>;
  start(idTag: string, more?: Json): Promise<{ transactionId: number; status: string; info: Json }>;
  stop(transactionId: number, meterStop: number, more?: Json): Promise<Json>;
}

/** RFC 3339, `seconds` from now. */
export function at(seconds: number): string {
  return new Date(Date.now() + seconds * 1000).toISOString();
}

let stations = 0;

export async function openBench(): Promise<Bench> {
  const server = await startTestServer();
  const api: Bench['api'] = (method, path, body) => server.api(method, `/api/v1${path}`, body);
  return {
    server,
    api,
    async station(connectors = 1) {
      stations += 1;
      const id = `TC-${stations}`;
      assert.is((await api('PUT', `/charge-points/${id}`, {})).status, 201);
      return await makeStation(server, api, id, await server.boot(id, connectors));
    },
    async tag(idTag, body = { status: 'Accepted' }) {
      assert.ok([200, 201].includes((await api('PUT', `/id-tags/${idTag}`, body)).status));
    },
    close: () => server.close(),
  };
}

async function makeStation(server: TestServer, api: Bench['api'], id: string, first: ScriptedPeer): Promise<Station> {
  let peer = first;
  return {
    id,
    get peer() {
      return peer;
    },
    async reconnect() {
      if (peer.isOpen) peer.drop();
      await peer.closed;
      peer = await server.connect(id);
    },
    status: (connectorId, status, errorCode = 'NoError') =>
      peer.call('StatusNotification', { connectorId, status, errorCode, timestamp: at(0) }),
    shown: async () => (await api('GET', `/charge-points/${id}`)).body,
    sessions: async (query = '') => (await api('GET', `/transactions?chargePointId=${id}${query}`)).body.items,
    async command(name, body, action, answer = { status: 'Accepted' }) {
      const sent = api('POST', `/charge-points/${id}/commands/${name}?wait=10`, body);
      const refused = sent.then((response) => Promise.reject(new Error(`not sent: ${JSON.stringify(response.body)}`)));
      const call = await Promise.race([peer.expectCall(action), refused]);
      refused.catch(() => {});
      call.answer(answer);
      const response = await sent;
      assert.is(response.status, 200);
      const command = response.body;
      assert.equal(
        [command.status, command.action, command.response, command.error],
        ['completed', action, answer, null],
      );
      assert.equal(command.request, call.payload);
      return { wire: call.payload, command };
    },
    async start(idTag, more = {}) {
      const request = { connectorId: 1, idTag, meterStart: 1000, timestamp: at(0), ...more };
      const answer = await peer.call('StartTransaction', request);
      const info = answer.idTagInfo as Json;
      return { transactionId: Number(answer.transactionId), status: String(info.status), info };
    },
    stop: (transactionId, meterStop, more = {}) =>
      peer.call('StopTransaction', { transactionId, meterStop, timestamp: at(0), ...more }),
  };
}

/** A periodic register reading. */
export function reading(transactionId: number | null, value: number, more: Json = {}): Json {
  return {
    connectorId: 1,
    ...(transactionId === null ? {} : { transactionId }),
    meterValue: [{ timestamp: at(0), sampledValue: [{ value: String(value), ...more }] }],
  };
}
