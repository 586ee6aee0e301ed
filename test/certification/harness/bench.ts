import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, PATIENCE_MS } from '../../support/deadline.js';
import type { Program } from '../../support/programs.js';
import type { CentralSystemOptions, ScriptedCentralSystem } from '../../support/scripted-central-system.js';
import type { Json, ScriptedPeer } from '../../support/scripted-peer.js';
import type { ChargePointProcess } from '../../support/tapwatt-process.js';
import { BESIDE_THE_POINT, describeSteps, fits, type Step, type TracedCall, tracedCalls } from './trace.js';

/** What a bench is made of. Cases with equal options may share one. */
export interface BenchOptions {
  /** Entries of `connectors` in the configuration file. Default: two sockets with locks, three-phase and single-phase. */
  connectors?: readonly Json[];
  /** Initial OCPP configuration keys. */
  keys?: Readonly<Record<string, string>>;
  /** Further sections of the configuration file; `csms` is merged into ours. */
  file?: { csms?: Json } & Json;
  central?: CentralSystemOptions;
}

/** Cards. Their meaning is given by the central system of the case. */
export const CARD = 'A1B2C3D4';
export const OTHER_CARD = '0BADCAFE';

interface ConnectorState {
  connectorId: number;
  status: string;
  pluggedIn: boolean | null;
  transaction: {
    transactionId: number | null;
    idTag: string;
    limitA: number;
    currentA: number;
    energyWh: number;
  } | null;
}

interface State {
  csms: { connected: boolean; registration: string };
  queue: { pending: number; deadLetters: number };
  connectors: ConnectorState[];
}

/** A charge point process with simulated hardware, the central system it talks to, and what was said. */
export class Bench {
  readonly options: BenchOptions;
  readonly central: ScriptedCentralSystem;
  readonly chargePoint: ChargePointProcess;
  readonly directory: string;
  readonly connectorIds: readonly number[];
  /** Keys as they were on first start. */
  baseline: ReadonlyMap<string, string> = new Map();
  /** What a case did that has to be undone after it. */
  readonly touched = { keys: new Set<string>(), actions: new Set<string>(), reservations: new Set<number>() };
  #markMs = 0;

  constructor(
    options: BenchOptions,
    central: ScriptedCentralSystem,
    chargePoint: ChargePointProcess,
    directory: string,
    connectorIds: readonly number[],
  ) {
    this.options = options;
    this.central = central;
    this.chargePoint = chargePoint;
    this.directory = directory;
    this.connectorIds = connectorIds;
  }

  /** The newest connection. @throws Error when there is none */
  get station(): ScriptedPeer {
    const newest = this.central.connections.at(-1);
    if (newest === undefined) throw new Error('the charge point has not connected yet');
    return newest;
  }

  get program(): Program {
    return this.chargePoint.program();
  }

  // ---- the conversation

  /** What came before does not count any more. */
  mark(): void {
    this.#markMs = performance.now();
  }

  /** CALLs of the charge point since `mark`. @param beside actions to leave out */
  said(beside: readonly string[] = BESIDE_THE_POINT): TracedCall[] {
    return tracedCalls(this.central.connections, this.#markMs).filter(({ action }) => !beside.includes(action));
  }

  /** Payloads of one action since `mark`. */
  payloads(action: string): Json[] {
    return this.said([]).flatMap((call) => (call.action === action ? [call.payload] : []));
  }

  /** The status of a connector that the central system heard last. */
  lastReported(connectorId: number): unknown {
    const reports = this.central.calls('StatusNotification');
    return reports.findLast((report) => report.connectorId === connectorId)?.status;
  }

  /**
   * The conversation since `mark` is exactly this: waits for it, then looks on for `settleMs` for what must not come.
   * @throws Error with both conversations
   */
  async heard(
    steps: readonly Step[],
    { withinMs = PATIENCE_MS, settleMs = 250, beside = BESIDE_THE_POINT as readonly string[] } = {},
  ): Promise<void> {
    const lines = (): string[] => this.said(beside).map(({ line }) => line);
    const deadline = performance.now() + withinMs;
    while (!fits(lines(), steps) && performance.now() < deadline) await sleep(15);
    await sleep(settleMs);
    const heard = lines();
    if (fits(heard, steps)) return;
    throw new Error(`expected:\n${describeSteps(steps)}\n heard:\n${heard.map((line) => `  ${line}`).join('\n')}`);
  }

  /** `heard`, and what comes after counts for the next one only. */
  async heardAndMark(steps: readonly Step[], options: Parameters<Bench['heard']>[1] = {}): Promise<void> {
    await this.heard(steps, options);
    this.mark();
  }

  /** A CALL to the charge point; its answer. @throws ScriptedCallError it answered CALLERROR */
  call(action: string, payload: Json = {}, withinMs = PATIENCE_MS): Promise<Json> {
    this.touched.actions.add(action);
    if (action === 'ReserveNow') this.touched.reservations.add(Number(payload.reservationId));
    if (action === 'ChangeConfiguration') this.touched.keys.add(String(payload.key));
    return this.station.call(action, payload, { withinMs });
  }

  /** A CALL whose answer must carry this status. @throws Error when it is another */
  async callFor(status: string, action: string, payload: Json = {}): Promise<Json> {
    const answer = await this.call(action, payload);
    if (answer.status !== status)
      throw new Error(`${action} was answered ${JSON.stringify(answer)} instead of status ${status}`);
    return answer;
  }

  /** ChangeConfiguration for each; all must be Accepted. */
  async configure(values: Readonly<Record<string, string | number | boolean>>): Promise<void> {
    for (const [key, value] of Object.entries(values))
      await this.callFor('Accepted', 'ChangeConfiguration', { key, value: String(value) });
  }

  async key(name: string): Promise<string> {
    const { configurationKey } = await this.call('GetConfiguration', { key: [name] });
    const [found] = configurationKey as { value?: string }[];
    if (found === undefined) throw new Error(`GetConfiguration gave no ${name}`);
    return found.value ?? '';
  }

  // ---- the person at the charge point, and the hardware

  async act(path: string, body: Json = {}): Promise<Json> {
    const answer = await this.chargePoint.post(path, body);
    if (answer.status >= 300) throw new Error(`POST ${path} was answered ${JSON.stringify(answer)}`);
    return answer.body as Json;
  }

  plugIn(connectorId = 1, ev: Json = {}): Promise<Json> {
    return this.act('/plug-in', { connectorId, ...ev });
  }

  plugOut(connectorId = 1): Promise<Json> {
    return this.act('/plug-out', { connectorId });
  }

  tap(idTag = CARD, connectorId = 1): Promise<Json> {
    return this.act('/tap', { idTag, connectorIds: [connectorId] });
  }

  async state(): Promise<State> {
    return (await this.chargePoint.get('/state')).body as State;
  }

  async connector(connectorId = 1): Promise<ConnectorState> {
    const found = (await this.state()).connectors.find((connector) => connector.connectorId === connectorId);
    if (found === undefined) throw new Error(`GET /state has no connector ${connectorId}`);
    return found;
  }

  /** Waits until the charge point itself says so: for times when the central system cannot hear it. */
  async becomes(status: string, connectorId = 1, withinMs = PATIENCE_MS): Promise<void> {
    await eventually(
      async () => (await this.connector(connectorId)).status === status,
      `connector ${connectorId} is ${status}`,
      withinMs,
      40,
    );
  }

  /** Cable in, card, Charging; the conversation before this is forgotten, the transaction's own remains forgotten too. */
  async charging({
    connectorId = 1,
    idTag = CARD,
    ev = {} as Json,
  } = {}): Promise<{ transactionId: number; start: Json }> {
    this.mark();
    await this.plugIn(connectorId, ev);
    await this.tap(idTag, connectorId);
    const transaction = await eventually(
      async () => {
        const { status, transaction } = await this.connector(connectorId);
        return status === 'Charging' && transaction?.transactionId ? transaction : null;
      },
      'a transaction is charging',
      PATIENCE_MS,
      40,
    );
    const charging = (): boolean => this.said().some(({ line }) => line === `Status ${connectorId} Charging`);
    await eventually(charging, 'Charging is reported');
    const [start] = this.payloads('StartTransaction');
    this.mark();
    return { transactionId: Number(transaction.transactionId), start: start ?? {} };
  }

  // ---- power and network

  /** Waits until the charge point is connected and accepted. */
  async online(withinMs = PATIENCE_MS): Promise<void> {
    await eventually(
      async () => {
        const { csms } = await this.state();
        return csms.connected && csms.registration === 'Accepted' && this.station.isOpen;
      },
      'the charge point is online',
      withinMs,
      30,
    );
  }

  /** The network is gone until `networkBack`. */
  async networkGone(): Promise<void> {
    await this.central.vanish();
    await eventually(async () => !(await this.state()).csms.connected, 'the charge point knows that it is offline');
  }

  async networkBack(): Promise<void> {
    await this.central.listen();
    await this.online();
  }

  /** SIGKILL: a power cut. */
  async powerCut(): Promise<void> {
    await this.program.end('SIGKILL');
  }

  async powerBack(): Promise<void> {
    await this.chargePoint.start();
  }

  /** What a service manager does after Reset: waits for exit status 0 and starts it again. */
  async restartedAfterReset(withinMs = PATIENCE_MS): Promise<void> {
    const { program } = this;
    await eventually(() => !program.running, 'the process ended after Reset', withinMs, 30);
    const { code, signal } = await program.exited;
    if (code !== 0) throw new Error(`after Reset the process ended with ${code ?? signal}:\n${program.output()}`);
    await this.powerBack();
  }

  /** Frames, newest last, for the report of a failing case. */
  story(limit = 24): string {
    const frames = this.central.connections.flatMap((peer) => peer.frames).slice(-limit);
    const line = ({ atMs, direction, text }: (typeof frames)[number]): string =>
      `${(atMs / 1000).toFixed(3)} ${direction === 'in' ? '→' : '←'} ${text.slice(0, 600)}`;
    return `${frames.map(line).join('\n')}\n--- tapwatt printed:\n${this.program.output().slice(-2500)}`;
  }

  async dispose(): Promise<void> {
    await this.program.end('SIGKILL');
    await this.central.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
