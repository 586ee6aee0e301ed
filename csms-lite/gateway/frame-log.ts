import type { FrameRecord } from '@tapwatt/ocpp';
import type { OcppMessage } from '../core/model.js';

type Entry = Omit<OcppMessage, 'id'>;

/** What every well-behaved end writes: no white space, a text as id. Anything else goes through the slower patterns. */
const CALL = /^\s*\[\s*2\s*,\s*("(?:[^"\\]|\\.)*"|-?\d+)\s*,\s*"([^"]*)"/;
const ANSWER = /^\s*\[\s*([34])\s*,\s*("(?:[^"\\]|\\.)*"|-?\d+)\s*,/;
/** A charge point's password is not kept in the log. */
const SECRET = /("key"\s*:\s*"AuthorizationKey"\s*,\s*"value"\s*:\s*")((?:[^"\\]|\\.)*)(")/i;

/** CALLs whose answers are waited for, per direction; more than these are forgotten, oldest first. */
const REMEMBERED = 200;

interface OpenCall {
  messageId: string;
  action: string;
  atMs: number;
}

/** The CALLs of one direction that wait for their answers. Nearly always it is one: that needs no map. */
class OpenCalls {
  #newest: OpenCall | null = null;
  #others: Map<string, OpenCall> | null = null;

  add(call: OpenCall): void {
    const before = this.#newest;
    this.#newest = call;
    if (before === null) return;
    this.#others ??= new Map();
    this.#others.delete(before.messageId);
    this.#others.set(before.messageId, before);
    if (this.#others.size >= REMEMBERED) this.#others.delete(this.#others.keys().next().value ?? '');
  }

  take(messageId: string): OpenCall | undefined {
    const newest = this.#newest;
    if (newest?.messageId === messageId) {
      this.#newest = null;
      return newest;
    }
    const other = this.#others?.get(messageId);
    this.#others?.delete(messageId);
    return other;
  }
}

/** Pairs the frames of one connection: an answer gets its CALL's action and the time it took. Pure but for its memory. */
export function createFramePairing(chargePointId: string): (frame: FrameRecord) => Entry {
  const open = { in: new OpenCalls(), out: new OpenCalls() };
  return ({ direction, text, atMs }) => {
    const { kind, messageId, action } = headOf(text);
    if (kind === 'INVALID' || messageId === null)
      return { chargePointId, direction, atMs, kind: 'INVALID', messageId: null, action: null, latencyMs: null, text };
    if (kind === 'CALL') {
      open[direction].add({ messageId, action: action ?? '', atMs });
      const shown = action === 'ChangeConfiguration' ? text.replace(SECRET, '$1***$3') : text;
      return { chargePointId, direction, atMs, kind, messageId, action, latencyMs: null, text: shown };
    }
    const asked = open[direction === 'in' ? 'out' : 'in'].take(messageId);
    return {
      chargePointId,
      direction,
      atMs,
      kind,
      messageId,
      action: asked?.action ?? null,
      latencyMs: asked === undefined ? null : atMs - asked.atMs,
      text,
    };
  };
}

interface Head {
  kind: Entry['kind'];
  messageId: string | null;
  action: string | null;
}

/** The frame's first members, without reading the payload: this runs for every frame. */
function headOf(text: string): Head {
  if (text.startsWith('[2,"')) {
    const idEnd = text.indexOf('"', 4);
    if (text.startsWith('","', idEnd)) {
      const actionEnd = text.indexOf('"', idEnd + 3);
      const messageId = text.slice(4, idEnd);
      if (!messageId.includes('\\')) return { kind: 'CALL', messageId, action: text.slice(idEnd + 3, actionEnd) };
    }
  } else if (text.startsWith('[3,"')) {
    const idEnd = text.indexOf('"', 4);
    const messageId = text.slice(4, idEnd);
    if (idEnd > 0 && !messageId.includes('\\')) return { kind: 'CALLRESULT', messageId, action: null };
  }
  const call = CALL.exec(text);
  if (call !== null) return { kind: 'CALL', messageId: idOf(call[1]), action: call[2] ?? '' };
  const answer = ANSWER.exec(text);
  if (answer === null) return { kind: 'INVALID', messageId: null, action: null };
  return { kind: answer[1] === '3' ? 'CALLRESULT' : 'CALLERROR', messageId: idOf(answer[2]), action: null };
}

function idOf(literal = ''): string {
  if (!literal.startsWith('"')) return literal;
  return literal.includes('\\') ? String(JSON.parse(literal)) : literal.slice(1, -1);
}
