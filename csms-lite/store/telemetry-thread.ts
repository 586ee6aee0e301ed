/** The thread that writes telemetry. It alone writes to that file; its commits and their fsync delay nobody else. */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { BULK_COLUMNS, type BulkValue, openTelemetry } from './dialect.js';
import { MOVE_MS, MOVE_ROWS, moveInbox } from './meter-inbox.js';
import {
  KIND_TABLE,
  LATER_TABLE,
  type TelemetryReply,
  type TelemetryRequest,
  URGENT_TABLE,
} from './telemetry-messages.js';

const LATER_VALUES = 4000 * BULK_COLUMNS[LATER_TABLE].length;
const LATER_MS = 200;
/** Rows removed in one transaction, so that samples do not wait for long. */
const TRIM_ROWS = 2000;

const port = parentPort;
if (port === null) throw new Error('telemetry-thread.js is a worker, not a program');
const engine = openTelemetry((workerData as { file: string }).file);

let later: BulkValue[] = [];
/** Rows of an earlier process are moved with the first ones of this. */
let inboxRows = 0;
let laterTimer: NodeJS.Timeout | null = null;
let moveTimer: NodeJS.Timeout | null = null;

const reply = (message: TelemetryReply): void => port.postMessage(message);

/** One transaction for everything that waits: that is one fsync for all charge points of this moment. */
function commit(
  kinds: readonly BulkValue[],
  urgent: readonly BulkValue[],
  laterIsDue: boolean,
  moveIsDue: boolean,
): string | null {
  const messages = laterIsDue || later.length >= LATER_VALUES ? later : [];
  const samples = urgent.length / BULK_COLUMNS[URGENT_TABLE].length;
  const move = moveIsDue || inboxRows + samples >= MOVE_ROWS;
  try {
    engine.transaction(() => {
      engine.insertRows(KIND_TABLE, kinds);
      engine.insertRows(URGENT_TABLE, urgent);
      engine.insertRows(LATER_TABLE, messages);
      if (move) moveInbox(engine);
    });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    if (messages.length > 0) {
      // Kept, they would fail every commit after this one.
      reply({ kind: 'lost', rows: messages.length / BULK_COLUMNS[LATER_TABLE].length, error: text });
      forgetLater(messages);
    }
    return text;
  }
  forgetLater(messages);
  inboxRows = move ? 0 : inboxRows + samples;
  if (move && moveTimer !== null) {
    clearTimeout(moveTimer);
    moveTimer = null;
  }
  if (inboxRows > 0)
    moveTimer ??= setTimeout(() => {
      moveTimer = null;
      report(commit([], [], false, true));
    }, MOVE_MS);
  return null;
}

function forgetLater(messages: readonly BulkValue[]): void {
  if (messages !== later) return;
  later = [];
  if (laterTimer !== null) clearTimeout(laterTimer);
  laterTimer = null;
}

/** What a timer could not do is tried again with the next rows. */
function report(error: string | null): void {
  if (error !== null) reply({ kind: 'lost', rows: 0, error });
}

function takeLater(messages: BulkValue[]): void {
  if (later.length === 0) later = messages;
  else for (const value of messages) later.push(value);
  if (later.length > 0)
    laterTimer ??= setTimeout(() => {
      laterTimer = null;
      report(commit([], [], true, false));
    }, LATER_MS);
}

function trim(beforeMs: number): string | null {
  try {
    // Oldest first, by id; it ends at the first one that is young enough, so nothing is scanned that stays.
    engine.transaction(() =>
      engine.run(
        `delete from ocpp_message where id in (select id from ocpp_message order by id limit ${TRIM_ROWS})
         and at_ms < ${Math.floor(beforeMs)}`,
      ),
    );
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

port.on('message', (first: TelemetryRequest) => {
  const requests = [first];
  // What has come meanwhile shares the commit.
  for (;;) {
    const next = receiveMessageOnPort(port) as { message: TelemetryRequest } | undefined;
    if (next === undefined) break;
    requests.push(next.message);
  }
  const kinds: BulkValue[] = [];
  let urgent: BulkValue[] = [];
  for (const request of requests) {
    if (request.kind !== 'rows') continue;
    kinds.push(...request.kinds);
    if (urgent.length === 0) urgent = request.urgent;
    else for (const value of request.urgent) urgent.push(value);
    takeLater(request.later);
  }
  const closing = requests.some((request) => request.kind === 'close');
  const isNeeded = urgent.length > 0 || later.length >= LATER_VALUES || closing;
  const error = isNeeded ? commit(kinds, urgent, closing, closing) : null;
  for (const request of requests) {
    if (request.kind === 'trim') reply({ kind: 'done', id: request.id, error: trim(request.beforeMs) });
    if (request.kind === 'rows')
      reply({ kind: 'done', id: request.id, error: request.urgent.length > 0 ? error : null });
  }
  if (!closing) return;
  if (moveTimer !== null) clearTimeout(moveTimer);
  engine.close();
  for (const request of requests) if (request.kind === 'close') reply({ kind: 'done', id: request.id, error });
  port.close();
});
