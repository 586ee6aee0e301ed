import type { Random } from '../../support/random.js';
import type { Json } from '../../support/scripted-peer.js';
import { REQUESTS } from './requests.js';

/** One frame to send. */
export interface FuzzFrame {
  text: string;
  /** The id under which an answer must come; null where the frame is no CALL that could be answered. */
  answerTo: string | null;
}

const ACTIONS = Object.keys(REQUESTS);
const SCRAPS = ['null', '[]', '{}', '"', '\\', '1e999', '\u0000', '"__proto__"', '[[[[', '}}', ',,', '2', '\ud800'];
const STRANGE: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1e21,
  '',
  [],
  {},
  [[[]]],
  { a: { b: {} } },
  'ÿ\u0000\u202e',
  '__proto__',
  'constructor',
  '2026-01-01',
];

/**
 * A source of frames: a third are well-formed requests with boundary values, a third have their structure mutated (wrong
 * types, huge strings, unknown and missing keys), the rest are repeated ids, foreign answers and damaged text.
 */
export function createFrames(random: Random): () => FuzzFrame {
  let n = 0;
  const recent: FuzzFrame[] = [];

  const request = (): [2, string, string, Json] => {
    n += 1;
    const action = random.pick(ACTIONS);
    const make = REQUESTS[action];
    return [2, `f${n}-${random.integer(0, 1e9)}`, action, make === undefined ? {} : make(random)];
  };

  const make = (): string => {
    const kind = random.integer(0, 99);
    if (kind < 35) return JSON.stringify(request());
    if (kind < 75) {
      const [type, id, action, payload] = request();
      return JSON.stringify([type, id, action, mutated(payload, random)]);
    }
    if (kind < 80) return random.pick(recent).text;
    if (kind < 84) return JSON.stringify([3, `x${n}`, structuredClone(random.pick(STRANGE))]);
    if (kind < 88) return JSON.stringify([4, `x${n}`, structuredClone(random.pick(STRANGE)), '', {}]);
    if (kind < 92) return JSON.stringify(mutated(request(), random));
    return damaged(JSON.stringify(request()), random);
  };

  return () => {
    if (recent.length === 0) recent.push({ text: JSON.stringify(request()), answerTo: null });
    // As it is on the wire: a lone surrogate cannot be in UTF-8.
    const text = Buffer.from(make()).toString('utf8');
    const frame = { text, answerTo: answerable(text) };
    recent.push(frame);
    if (recent.length > 50) recent.shift();
    return frame;
  };
}

/** 1.6-J §4.1.4, §4.2.1: a CALL with an id of up to 36 characters, an action and an object. */
function answerable(text: string): string | null {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return null;
  }
  if (!Array.isArray(message) || message.length !== 4 || message[0] !== 2) return null;
  const [, id, action, payload] = message as unknown[];
  if (typeof id !== 'string' || id === '' || id.length > 36 || typeof action !== 'string') return null;
  return typeof payload === 'object' && payload !== null && !Array.isArray(payload) ? id : null;
}

/** The same value with one to three of its parts replaced, removed, doubled or blown up. */
function mutated<T>(value: T, random: Random): T {
  const copy = structuredClone(value) as unknown;
  for (let times = random.integer(1, 3); times > 0; times -= 1) mutateOnce(copy, random);
  return copy as T;
}

function mutateOnce(root: unknown, random: Random): void {
  const places: { holder: Record<string, unknown>; key: string }[] = [];
  const walk = (holder: unknown): void => {
    if (typeof holder !== 'object' || holder === null) return;
    for (const key of Object.keys(holder)) {
      places.push({ holder: holder as Record<string, unknown>, key });
      walk(Reflect.get(holder, key));
    }
  };
  walk(root);
  if (places.length === 0) {
    if (typeof root === 'object' && root !== null)
      Reflect.set(root, 'unknownKey', structuredClone(random.pick(STRANGE)));
    return;
  }
  const { holder, key } = random.pick(places);
  switch (random.integer(0, 5)) {
    case 0:
      Reflect.deleteProperty(holder, key);
      return;
    case 1:
      holder[key] = structuredClone(random.pick(STRANGE));
      return;
    case 2:
      Reflect.set(
        holder,
        random.pick(['unknownKey', '', 'toString', 'x'.repeat(300)]),
        structuredClone(random.pick(STRANGE)),
      );
      return;
    case 3:
      holder[key] = 'H'.repeat(random.pick([51, 256, 2500, 65_536]));
      return;
    case 4:
      holder[key] = [holder[key], holder[key]];
      return;
    default:
      holder[key] = typeof holder[key] === 'number' ? String(holder[key]) : random.integer(-5, 5);
  }
}

/** Text with a piece cut out, put in or overwritten. */
function damaged(original: string, random: Random): string {
  let text = original;
  for (let times = random.integer(1, 3); times > 0; times -= 1) {
    const at = random.integer(0, text.length);
    const to = Math.min(text.length, at + random.integer(0, 12));
    text = text.slice(0, at) + (random.next() < 0.5 ? '' : random.pick(SCRAPS)) + text.slice(to);
  }
  return text;
}

/**
 * Whether a frame is an order that rightly ends the running transaction, the process or the connection; such frames are
 * left out (a Reset, a RemoteStop of the transaction, an unlock of its connector, credentials).
 */
export function isRightfulEnd(text: string, transactionId: number): boolean {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return false;
  }
  if (!Array.isArray(message)) return false;
  const [, , action, payload] = message as [unknown, unknown, unknown, Json | null | undefined];
  if (typeof payload !== 'object' || payload === null) return false;
  switch (action) {
    case 'Reset':
      return payload.type === 'Hard' || payload.type === 'Soft';
    case 'RemoteStopTransaction':
      return payload.transactionId === transactionId;
    case 'UnlockConnector':
      return payload.connectorId === 1;
    case 'ChangeConfiguration':
      return payload.key === 'AuthorizationKey' || payload.key === 'SecurityProfile';
    default:
      return false;
  }
}
