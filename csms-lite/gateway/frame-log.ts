import type { FrameRecord } from '@tapwatt/ocpp';
import type { OcppMessage } from '../core/model.js';

type Entry = Omit<OcppMessage, 'id'>;

/** `[2,"id","Action"`, without reading the payload: this runs for every frame. */
const CALL = /^\s*\[\s*2\s*,\s*("(?:[^"\\]|\\.)*"|-?\d+)\s*,\s*"([^"]*)"/;
const ANSWER = /^\s*\[\s*([34])\s*,\s*("(?:[^"\\]|\\.)*"|-?\d+)\s*,/;
const SECRET = /("key"\s*:\s*"AuthorizationKey"\s*,\s*"value"\s*:\s*")((?:[^"\\]|\\.)*)(")/i;

/** CALLs whose answers are waited for, per direction; more than these are forgotten, oldest first. */
const REMEMBERED = 200;

/** Pairs the frames of one connection: an answer gets its CALL's action and the time it took. Pure but for its memory. */
export function createFramePairing(chargePointId: string): (frame: FrameRecord) => Entry {
  const open: Record<'in' | 'out', Map<string, { action: string; atMs: number }>> = { in: new Map(), out: new Map() };
  return ({ direction, text, atMs }) => {
    const base = { chargePointId, direction, atMs };
    const call = CALL.exec(text);
    if (call !== null) {
      const messageId = idOf(call[1]);
      const action = call[2] ?? '';
      const calls = open[direction];
      calls.set(messageId, { action, atMs });
      if (calls.size > REMEMBERED) calls.delete(calls.keys().next().value ?? '');
      return { ...base, kind: 'CALL', messageId, action, latencyMs: null, text: withoutSecret(action, text) };
    }
    const answer = ANSWER.exec(text);
    if (answer === null) return { ...base, kind: 'INVALID', messageId: null, action: null, latencyMs: null, text };
    const messageId = idOf(answer[2]);
    const calls = open[direction === 'in' ? 'out' : 'in'];
    const asked = calls.get(messageId);
    calls.delete(messageId);
    return {
      ...base,
      kind: answer[1] === '3' ? 'CALLRESULT' : 'CALLERROR',
      messageId,
      action: asked?.action ?? null,
      latencyMs: asked === undefined ? null : atMs - asked.atMs,
      text,
    };
  };
}

function idOf(literal = ''): string {
  if (!literal.startsWith('"')) return literal;
  return literal.includes('\\') ? String(JSON.parse(literal)) : literal.slice(1, -1);
}

/** A charge point's password is not kept in the log. */
function withoutSecret(action: string, text: string): string {
  return action === 'ChangeConfiguration' ? text.replace(SECRET, '$1***$3') : text;
}
