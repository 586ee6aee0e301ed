import type { MessageView } from '../../api/present.js';

/** How many frames a log on a page keeps. */
export const KEEP_MESSAGES = 500;

export function messageKey(message: MessageView): string {
  return `${message.chargePointId} ${message.direction} ${message.kind} ${message.messageId ?? ''} ${message.at}`;
}

/** Both lists in one, newest first, each frame once. */
export function mergeMessages(a: readonly MessageView[], b: readonly MessageView[]): MessageView[] {
  const byKey = new Map<string, MessageView>();
  for (const message of [...a, ...b]) {
    const key = messageKey(message);
    if (!byKey.has(key)) byKey.set(key, message);
  }
  return [...byKey.values()].sort((x, y) => y.at.localeCompare(x.at)).slice(0, KEEP_MESSAGES);
}

/** What belongs together has the same charge point and messageId and went opposite ways; the nearest in time counts. */
export function partnerOf(message: MessageView, messages: readonly MessageView[]): MessageView | null {
  if (message.messageId === null || message.kind === 'INVALID') return null;
  const wantCall = message.kind !== 'CALL';
  const atMs = Date.parse(message.at);
  let best: MessageView | null = null;
  for (const other of messages) {
    if (other.messageId !== message.messageId || other.chargePointId !== message.chargePointId) continue;
    if (other.direction === message.direction || (other.kind === 'CALL') !== wantCall) continue;
    if (best === null || Math.abs(Date.parse(other.at) - atMs) < Math.abs(Date.parse(best.at) - atMs)) best = other;
  }
  return best;
}

/** The payload of a frame as one line; the whole frame when it is none. */
export function payloadLine(message: MessageView): string {
  try {
    const frame = JSON.parse(message.text) as unknown[];
    if (message.kind === 'CALLERROR') return `${String(frame[2])}: ${String(frame[3])}`;
    return JSON.stringify(message.kind === 'CALL' ? frame[3] : frame[2]);
  } catch {
    return message.text;
  }
}

/** Whether a frame fits what was typed into the filter: action, messageId, or any text in it. */
export function fitsFilter(message: MessageView, wanted: string): boolean {
  const text = wanted.trim().toLowerCase();
  return text === '' || `${message.action ?? ''} ${message.kind} ${message.text}`.toLowerCase().includes(text);
}
