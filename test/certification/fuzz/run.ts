import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../support/deadline.js';
import { createRandom } from '../../support/random.js';
import { type Bench, CARD } from '../harness/bench.js';
import { startBench } from '../harness/start-bench.js';
import { createFrames, isRightfulEnd } from './frames.js';

export interface FuzzOptions {
  frames: number;
  seed: number;
  /** Called now and then. */
  progress?: (sent: number) => void;
}

export interface FuzzOutcome {
  seed: number;
  sent: number;
  /** CALLs that had to be answered, and were. */
  answered: number;
  callErrors: number;
  /** How often the charge point left the connection (a frame that no WebSocket peer has to bear). */
  reconnects: number;
  /** Slowest GET /state while frames poured in. */
  slowestStateMs: number;
  /** Resident memory after a tenth of the frames and at the end; null where /proc is not there. */
  memory: { beforeKb: number; afterKb: number; ratio: number } | null;
  /** What went wrong; empty when all held. */
  problems: string[];
}

/** CALLs under way at once. */
const WINDOW = 40;
const LOOK_EVERY = 500;
const PATIENCE_MS = 20_000;

/** A charge point process with a running transaction, and a central system that sends it whatever there is. */
export async function fuzzChargePoint({ frames, seed, progress }: FuzzOptions): Promise<FuzzOutcome> {
  const bench = await startBench();
  const outcome: FuzzOutcome = {
    seed,
    sent: 0,
    answered: 0,
    callErrors: 0,
    reconnects: 0,
    slowestStateMs: 0,
    memory: null,
    problems: [],
  };
  try {
    await pour(bench, frames, seed, outcome, progress);
  } catch (error) {
    outcome.problems.push(error instanceof Error ? error.message : String(error));
    outcome.problems.push(`tapwatt printed:\n${bench.program.output().slice(-3000)}`);
  } finally {
    await bench.dispose();
  }
  return outcome;
}

async function pour(
  bench: Bench,
  frames: number,
  seed: number,
  outcome: FuzzOutcome,
  progress: FuzzOptions['progress'],
): Promise<void> {
  const { transactionId } = await bench.charging();
  const before = await transactionOf(bench);
  const next = createFrames(createRandom(seed));
  const awaited = new Map<string, string>();
  let connection = bench.station;
  const listen = (): void => {
    connection.socket.on('message', (data) => {
      const message: unknown = parse(String(data));
      if (!Array.isArray(message) || (message[0] !== 3 && message[0] !== 4)) return;
      if (!awaited.delete(String(message[1]))) return;
      outcome.answered += 1;
      if (message[0] === 4) outcome.callErrors += 1;
    });
  };
  listen();

  const settle = async (atMost: number): Promise<void> => {
    const deadline = performance.now() + PATIENCE_MS;
    while (awaited.size > atMost && connection.isOpen) {
      if (performance.now() > deadline) {
        const [[id, text] = ['', '']] = awaited;
        throw new Error(
          `${awaited.size} CALLs unanswered after ${PATIENCE_MS} ms, the first is ${id}: ${text.slice(0, 400)}`,
        );
      }
      await sleep(2);
    }
  };

  const look = async (): Promise<void> => {
    if (!bench.program.running) throw new Error('the charge point process has ended');
    const startedAt = performance.now();
    const now = await transactionOf(bench);
    outcome.slowestStateMs = Math.max(outcome.slowestStateMs, Math.round(performance.now() - startedAt));
    if (now !== before) throw new Error(`the running transaction became ${now}; it was ${before}`);
    if (bench.payloads('StopTransaction').length > 0) throw new Error('the running transaction was stopped');
    progress?.(outcome.sent);
  };

  let memoryBeforeKb: number | null = null;
  while (outcome.sent < frames) {
    if (!connection.isOpen) {
      outcome.reconnects += 1;
      awaited.clear();
      const old = connection;
      connection = await eventually(
        () => bench.station !== old && bench.station.isOpen && bench.station,
        'a reconnect',
      );
      listen();
      await bench.online();
    }
    const frame = next();
    if (isRightfulEnd(frame.text, transactionId)) continue;
    if (frame.answerTo !== null) awaited.set(frame.answerTo, frame.text);
    connection.socket.send(frame.text);
    outcome.sent += 1;
    await settle(WINDOW);
    if (outcome.sent % LOOK_EVERY === 0) await look();
    if (memoryBeforeKb === null && outcome.sent >= frames / 10) {
      await settle(0);
      memoryBeforeKb = await restingMemoryKb(bench.program.pid);
    }
  }
  await settle(0);
  await look();
  const afterKb = await restingMemoryKb(bench.program.pid);
  if (memoryBeforeKb !== null && afterKb !== null)
    outcome.memory = { beforeKb: memoryBeforeKb, afterKb, ratio: afterKb / memoryBeforeKb };

  // It is as alive as before: the card that started the session ends it.
  await bench.online();
  await bench.tap(CARD);
  const stop = await eventually(() => bench.payloads('StopTransaction')[0], 'the card stops the transaction');
  if (stop.transactionId !== transactionId) throw new Error(`StopTransaction is of ${stop.transactionId}`);
}

async function transactionOf(bench: Bench): Promise<string> {
  const { transaction } = await bench.connector();
  return JSON.stringify(transaction === null ? null : [transaction.transactionId, transaction.idTag]);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The smallest resident memory of three seconds; null without /proc. */
async function restingMemoryKb(pid: number): Promise<number | null> {
  const file = `/proc/${pid}/status`;
  if (!existsSync(file)) return null;
  let smallest = Number.POSITIVE_INFINITY;
  for (let n = 0; n < 6; n += 1) {
    await sleep(500);
    smallest = Math.min(smallest, Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(file, 'utf8'))?.[1] ?? 0));
  }
  return smallest;
}
