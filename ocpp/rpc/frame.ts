/**
 * OCPP-J frames (1.6-J §4.2). Pure.
 *
 * A message id is kept twice: `id`, to compare, and `rawId`, the JSON text as it came. A CALLERROR must carry "the
 * exact same id that is in the call request" (§4.2.3), also where the other end wrongly sends a number. `text` is the
 * frame as it came: what must mean the same when an id comes again. `faults` are what the verdict `warn` lets pass.
 */
export type Frame =
  | { kind: 'call'; id: string; rawId: string; action: string; payload: object; text: string; faults: string[] }
  /** A CALL that cannot be served, of which the id can be read. */
  | { kind: 'broken-call'; rawId: string; reason: string }
  | { kind: 'result'; id: string; payload: unknown }
  | { kind: 'error'; id: string; errorCode: string; description: string; details: unknown }
  /** CALLRESULT or CALLERROR that cannot be read: never answered (a CALLERROR answers only CALLs). */
  | { kind: 'broken-answer'; reason: string }
  /** No JSON array, no message type, unknown message type, or a CALL without an id. */
  | { kind: 'unreadable'; reason: string };

export const CALL = 2;
export const CALLRESULT = 3;
export const CALLERROR = 4;

/** 1.6-J §4.1.4, table 3. */
export const MAXIMUM_ID_LENGTH = 36;
/** Ids are remembered; this much is too much, even where slightly long ones are tolerated. */
const UNUSABLE_ID_LENGTH = 255;
/** Two characters a level: no text of this length is nested beyond the stack. Most messages are shorter. */
const ALWAYS_SHALLOW_LENGTH = 2000;
/** Not in 1.6-J; 2.0.1-J §4.2.3 cuts the description here, and no one needs more. */
const MAXIMUM_DESCRIPTION_LENGTH = 255;

/** Never throws, whatever the text is. */
export function parseFrame(text: string): Frame {
  let parts: unknown;
  try {
    parts = JSON.parse(text);
  } catch {
    return { kind: 'unreadable', reason: 'not JSON' };
  }
  if (!Array.isArray(parts)) return { kind: 'unreadable', reason: 'not a JSON array' };
  switch (parts[0]) {
    case CALL:
      return parseCall(parts, text);
    case CALLRESULT:
    case CALLERROR:
      return parseAnswer(parts);
    default:
      return { kind: 'unreadable', reason: `message type ${excerpt(parts[0])} is not 2, 3 or 4` };
  }
}

function parseCall(parts: unknown[], text: string): Frame {
  const [, givenId, action, givenPayload] = parts;
  if ((typeof givenId !== 'string' && typeof givenId !== 'number') || givenId === '')
    return { kind: 'unreadable', reason: `message id ${excerpt(givenId)} is not a string` };
  const rawId = typeof givenId === 'number' ? numberAsWritten(text, givenId) : JSON.stringify(givenId);
  if (typeof action !== 'string') return { kind: 'broken-call', rawId, reason: 'Action must be a string' };
  if (rawId.length > UNUSABLE_ID_LENGTH) return { kind: 'broken-call', rawId, reason: 'the message id is too long' };

  const faults: string[] = [];
  if (typeof givenId === 'number') faults.push('the message id must be a string');
  else if (givenId.length > MAXIMUM_ID_LENGTH)
    faults.push(`the message id must have at most ${MAXIMUM_ID_LENGTH} characters`);
  if (parts.length < 4) faults.push('the payload is missing');
  if (parts.length > 4) faults.push('a CALL has 4 elements');

  // §4.2.1: "If there is no payload JSON allows for two different notations: null or an empty object".
  const payload = givenPayload ?? {};
  if (typeof payload !== 'object' || Array.isArray(payload))
    return { kind: 'broken-call', rawId, reason: 'the payload must be a JSON object' };
  if (text.length > ALWAYS_SHALLOW_LENGTH && isNestedTooDeeply(payload))
    return { kind: 'broken-call', rawId, reason: 'the payload is nested too deeply' };
  return { kind: 'call', id: String(givenId), rawId, action: sameString(action), payload, text, faults };
}

/** Actions that have come. Longer and more than these are inventions. */
const actions = new Map<string, string>();
const MAXIMUM_ACTIONS = 200;
const LONGEST_ACTION = 50;

/** The string that came first of all that are equal to it: tables find it by its address, without hashing it anew. */
function sameString(action: string): string {
  const known = actions.get(action);
  if (known !== undefined) return known;
  if (actions.size < MAXIMUM_ACTIONS && action.length <= LONGEST_ACTION) actions.set(action, action);
  return action;
}

/** Nested beyond the stack, which JSON.parse does not need and nearly everything after it does. */
function isNestedTooDeeply(payload: object): boolean {
  try {
    JSON.stringify(payload);
    return false;
  } catch {
    return true;
  }
}

function parseAnswer(parts: unknown[]): Frame {
  const [type, givenId, ...rest] = parts;
  if (typeof givenId !== 'string' && typeof givenId !== 'number')
    return { kind: 'broken-answer', reason: `message id ${excerpt(givenId)} is not a string` };
  const id = String(givenId);
  if (type === CALLRESULT) return { kind: 'result', id, payload: rest[0] ?? {} };
  const [errorCode, description, details] = rest;
  return {
    kind: 'error',
    id,
    errorCode: typeof errorCode === 'string' && errorCode !== '' ? errorCode : 'GenericError',
    description: typeof description === 'string' ? description : '',
    details: details ?? {},
  };
}

/** The digits as they came: JSON.parse rounds those beyond 2^53, and the sender would not know its id again. */
function numberAsWritten(text: string, parsed: number): string {
  return /^\s*\[\s*2\s*,\s*(-?[0-9][0-9.eE+-]*)\s*[,\]]/.exec(text)?.[1] ?? String(parsed);
}

function excerpt(value: unknown): string {
  return typeof value === 'object' && value !== null ? 'that is no scalar' : String(JSON.stringify(value)).slice(0, 40);
}

/** @param payload JSON text, from `serialise` */
export function callFrame(id: string, action: string, payload: string): string {
  return `[${CALL},${JSON.stringify(id)},${JSON.stringify(action)},${payload}]`;
}

/** @param payload JSON text, from `serialise` */
export function resultFrame(rawId: string, payload: string): string {
  return `[${CALLRESULT},${rawId},${payload}]`;
}

/** @param details JSON text of an object */
export function errorFrame(rawId: string, errorCode: string, description: string, details = '{}'): string {
  const text = JSON.stringify(description.slice(0, MAXIMUM_DESCRIPTION_LENGTH));
  return `[${CALLERROR},${rawId},${JSON.stringify(errorCode)},${text},${details}]`;
}
