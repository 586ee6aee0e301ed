import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** Answers an upgrade with an HTTP error and ends the connection. Never throws. */
export function respond(
  socket: Duplex,
  httpStatus: number,
  reason: string,
  headers: Record<string, string> = {},
): void {
  if (socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const body = `${reason}\n`;
  const lines = Object.entries({
    Connection: 'close',
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(body)),
    ...(httpStatus === 401 ? { 'WWW-Authenticate': 'Basic realm="OCPP", charset="UTF-8"' } : {}),
    ...headers,
  }).map(([name, value]) => `${name}: ${value.replace(/[\r\n]+/g, ' ')}`);
  const text = `HTTP/1.1 ${httpStatus} ${STATUS_CODES[httpStatus] ?? 'Refused'}\r\n${lines.join('\r\n')}\r\n\r\n${body}`;
  // A peer that does not read must not keep the socket.
  const cut = setTimeout(() => socket.destroy(), 1000);
  socket.once('close', () => clearTimeout(cut));
  socket.end(text, () => socket.destroy());
}
