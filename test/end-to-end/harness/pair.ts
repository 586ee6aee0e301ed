import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import { type ChargePointProcess, type CsmsProcess, createChargePoint, createCsms } from './processes.js';

// biome-ignore lint/suspicious/noExplicitAny: bodies of any route; the tests say what they expect in them
export type Body = any;

/** csms-lite and charge points of it, in a folder of their own. */
export interface Pair {
  readonly directory: string;
  readonly csms: CsmsProcess;
  /** The answer's body. Fails unless the status is 2xx. */
  api(method: string, path: string, body?: unknown): Promise<Body>;
  /** A command that the charge point has answered without CALLERROR. @returns its CALLRESULT */
  command(id: string, name: string, body: object): Promise<Body>;
  /** tapwatt on simulated hardware. `more`: YAML beside the usual; `csms`: members of its section `csms`. */
  chargePoint(id: string, yaml?: { csms?: string; more?: string; connectors?: number }): Promise<ChargePointProcess>;
  close(): Promise<void>;
}

export async function startPair(name: string, args: readonly string[] = []): Promise<Pair> {
  const directory = mkdtempSync(join(tmpdir(), `tapwatt-${name}-`));
  const csms = await createCsms(join(directory, 'csms'), args);
  await csms.start();
  const chargePoints: ChargePointProcess[] = [];
  const api: Pair['api'] = async (method, path, body) => {
    const answer = await csms.send(method, `/api/v1${path}`, body);
    assert.ok(answer.status >= 200 && answer.status < 300, `${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  return {
    directory,
    csms,
    api,
    async command(id, command, body) {
      const sent = await api('POST', `/charge-points/${id}/commands/${command}?wait=60`, body);
      assert.is(sent.status, 'completed', `${command}: ${JSON.stringify(sent.error)}`);
      return sent.response;
    },
    async chargePoint(id, { csms: section = '', more = '', connectors = 1 } = {}) {
      const configFile = join(directory, `${id}.yaml`);
      const socketPath = join(directory, `${id}.sock`);
      const list = Array.from(
        { length: connectors },
        (_, n) => `  - { id: ${n + 1}, maximumCurrentA: 32, phases: 3, canIdOffset: ${2 * n} }`,
      );
      writeFileSync(
        configFile,
        `version: 1
csms:
  url: "ws://127.0.0.1:${csms.port}/ocpp"
  chargePointId: ${id}
  reconnect: { minimumS: 0.2, maximumS: 1, randomS: 0.1 }
${section}
reader: { kind: simulated }
can: { kind: simulated }
gpio: { backend: simulated }
connectors:
${list.join('\n')}
stateDirectory: ${join(directory, `${id}-state`)}
controlSocket: ${socketPath}
${more}
`,
      );
      const chargePoint = createChargePoint(configFile, socketPath);
      chargePoints.push(chargePoint);
      await chargePoint.start();
      return chargePoint;
    },
    async close() {
      for (const one of chargePoints) if (one.program().running) await one.program().end('SIGTERM');
      await csms.program().end('SIGTERM');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Waits until csms-lite has accepted its boot. @returns the charge point as the API shows it */
export async function accepted(pair: Pair, id: string): Promise<Body> {
  return await eventually(
    async () => {
      const { status, body } = await pair.csms.get(`/api/v1/charge-points/${id}`);
      const shown = body as Body;
      return status === 200 && shown.connected && shown.bootStatus === 'Accepted' && shown;
    },
    `${id} is accepted`,
    60_000,
    100,
  );
}
