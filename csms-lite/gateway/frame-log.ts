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

/** Pairs the frames of one connection: an answer gets its CALL's action and the time it took. Pure but for its memory. */
export function createFramePairing(chargePointId: string): (frame: FrameRecord) => Entry {
  const open: Record<'in' | 'out', Map<string, { action: string; atMs: number }>> = { in: new Map(), out: new Map() };
  return ({ direction, text, atMs }) => {
    const { kind, messageId, action } = headOf(text);
    if (kind === 'INVALID' || messageId === null)
      return { chargePointId, direction, atMs, kind: 'INVALID', messageId: null, action: null, latencyMs: null, text };
    if (kind === 'CALL') {
      const calls = open[direction];
      calls.set(messageId, { action: action ?? '', atMs });
      if (calls.size > REMEMBERED) calls.delete(calls.keys().next().value ?? '');
      const shown = action === 'ChangeConfiguration' ? text.replace(SECRET, '$1***$3') : text;
      return { chargePointId, direction, atMs, kind, messageId, action, latencyMs: null, text: shown };
    }
    const calls = open[direction === 'in' ? 'out' : 'in'];
    const asked = calls.get(messageId);
    calls.delete(messageId);
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
