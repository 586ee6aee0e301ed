import type { MessageView } from '../../api/present.js';

/** The frame, readable; what is no JSON as it is. */
export function jsonOf(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** For a POSIX shell: nothing in it means anything. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/**
 * A command line that does the same again: what we have sent to a charge point is sent once more, what it has said is
 * read from the log. `origin`: `http://127.0.0.1:8180`. Pure.
 */
export function curlOf(message: MessageView, origin: string): string {
  const token = '-H "authorization: Bearer $CSMS_LITE_TOKEN"';
  if (message.direction === 'out' && message.kind === 'CALL') {
    const [, , action, payload] = JSON.parse(message.text) as [number, string, string, object];
    const url = `${origin}/api/v1/charge-points/${encodeURIComponent(message.chargePointId)}/commands/call`;
    const body = JSON.stringify({ action, payload });
    return `curl -X POST ${quoted(url)} ${token} -H 'content-type: application/json' -d ${quoted(body)}`;
  }
  const query = new URLSearchParams({
    chargePointId: message.chargePointId,
    ...(message.messageId === null ? {} : { messageId: message.messageId }),
  });
  return `curl ${quoted(`${origin}/api/v1/messages?${query}`)} ${token}`;
}
