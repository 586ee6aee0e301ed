import { withoutUrlSecrets } from '../maintenance/archive/redact.js';

const HIDDEN = '***';

/** A frame as it may stand in a log: without the AuthorizationKey, without credentials in locations (A01.FR.12). */
export function redactFrame(text: string): string {
  const shown = /"(?:location|remoteLocation)"/i.test(text) ? withoutUrlSecrets(text) : text;
  // Escapes could spell the key's name in many ways: a frame that has both is looked at as what it means.
  if (!/ChangeConfiguration|authorizationkey|\\u/i.test(shown)) return shown;
  let frame: unknown;
  try {
    frame = JSON.parse(shown);
  } catch {
    // No frame, but it may hold one.
    return /authorization|\\u/i.test(shown) ? '(not shown: it may hold a secret)' : shown;
  }
  if (!Array.isArray(frame)) return shown;
  const payload: unknown = frame[3];
  if (typeof payload !== 'object' || payload === null || !('value' in payload)) return shown;
  if (String(Reflect.get(payload, 'key')).trim().toLowerCase() !== 'authorizationkey') return shown;
  return JSON.stringify([...frame.slice(0, 3), { ...payload, value: HIDDEN }, ...frame.slice(4)]);
}
