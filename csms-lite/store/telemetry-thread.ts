/** The thread that writes telemetry. It alone writes to that file; its commits and their fsync delay nobody else. */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { type BulkValue, openTelemetry } from './dialect.js';
import { ENTRY_VALUES, groupText, MeterPages, MOVE_MS, readGroups } from './meter-pages.js';
import type { TelemetryReply, TelemetryRequest } from './telemetry-messages.js';

/** Blocks of messages removed in one transaction, so that samples do not wait for long. */
const TRIM_BLOCKS = 2000;

type Write = Extract<TelemetryRequest, { kind: 'write' }>;

const port = parentPort;
if (port === null) throw new Error('telemetry-thread.js is a worker, not a program');
const engine = openTelemetry((workerData as { file: string }).file);

/** What stands in `meter_group`, for the time when it is moved. */
const pages = new MeterPages();
let moveTimer: NodeJS.Timeout | null = null;
for (const entry of readGroups(engine)) pages.add(entry);

const reply = (message: TelemetryReply): void => port.postMessage(message);

/** Runs one transaction. @returns what went wrong */
function attempt(work: () => void): string | null {
  try {
    engine.transaction(work);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** One transaction for everything that waits: that is one fsync for all charge points of this moment. */
function write(requests: readonly Write[]): string | null {
  const entries = joined(requests.map((request) => request.entries));
  const insertSamples = (): void => {
    for (const { kinds } of requests) engine.insertRows('meter_kind', kinds);
    if (entries.length > 0) engine.insertRows('meter_group', [groupText(entries)]);
  };
  let error = attempt(() => {
    insertSamples();
    for (const { blocks } of requests) engine.insertRows('message_block', blocks);
  });
  const messages = requests.reduce((sum, request) => sum + request.messages, 0);
  if (error !== null && messages > 0) {
    // Samples do not suffer for the log, nor does it fail every commit after this one.
    reply({ kind: 'lost', messages, error });
    error = entries.length > 0 ? attempt(insertSamples) : null;
  }
  if (error !== null) return error;
  for (let at = 0; at < entries.length; at += ENTRY_VALUES)
    pages.add({
      stationId: String(entries[at]),
      connectorId: Number(entries[at + 1]),
      txId: entries[at + 2] === null ? null : Number(entries[at + 2]),
      samples: String(entries[at + 3]),
    });
  if (pages.isFull) move();
  else if (!pages.isEmpty) moveTimer ??= setTimeout(move, MOVE_MS);
  return null;
}

/** Everything that stands in `meter_group` becomes pages. What fails is tried again with the next samples. */
function move(): void {
  if (moveTimer !== null) clearTimeout(moveTimer);
  moveTimer = null;
  if (pages.isEmpty) return;
  const error = attempt(() => {
    engine.insertRows('meter_page', pages.rows());
    engine.run('delete from meter_group');
  });
  if (error === null) pages.clear();
  else reply({ kind: 'lost', messages: 0, error });
}

function joined(parts: readonly BulkValue[][]): BulkValue[] {
  const [first = []] = parts;
  return parts.length < 2 ? first : parts.flat();
}

function trim(beforeMs: number): string | null {
  // Oldest first, by id; it ends at the first one that is young enough, so nothing is scanned that stays.
  return attempt(() =>
    engine.run(
      `delete from message_block where id in (select id from message_block order by id limit ${TRIM_BLOCKS})
       and until_ms < ${Math.floor(beforeMs)}`,
    ),
  );
}

port.on('message', (first: TelemetryRequest) => {
  const requests = [first];
  // What has come meanwhile shares the commit.
  for (;;) {
    const next = receiveMessageOnPort(port) as { message: TelemetryRequest } | undefined;
    if (next === undefined) break;
    requests.push(next.message);
  }
  const writes = requests.filter((request) => request.kind === 'write');
  const error = writes.length > 0 ? write(writes) : null;
  for (const { id } of writes) reply({ kind: 'done', id, error });
  for (const request of requests)
    if (request.kind === 'trim') reply({ kind: 'done', id: request.id, error: trim(request.beforeMs) });
  const closing = requests.filter((request) => request.kind === 'close');
  if (closing.length === 0) return;
  move();
  engine.close();
  for (const { id } of closing) reply({ kind: 'done', id, error: null });
  port.close();
});
