import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** What the pathname of an upgrade request is good for. */
export type UpgradeTarget = 'ocpp' | 'malformed' | 'elsewhere';

/** Pure. Only `/ocpp/…` is an OCPP endpoint (the identity is checked by the gateway); a broken escape is malformed. */
export function upgradeTarget(url: string | undefined): UpgradeTarget {
  let pathname: string;
  try {
    ({ pathname } = new URL(url ?? '', 'http://localhost'));
    decodeURIComponent(pathname);
  } catch {
    return 'malformed';
  }
  return pathname === '/ocpp' || pathname.startsWith('/ocpp/') ? 'ocpp' : 'elsewhere';
}

/** Answers an upgrade with plain HTTP and ends the socket. */
export function refuseUpgrade(socket: Duplex, status: number, text: string): void {
  const body = `${text}\n`;
  socket.on('error', () => socket.destroy());
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
      'connection: close',
      'content-type: text/plain; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
    () => socket.destroy(),
  );
}

export interface UpgradeGate {
  handle(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** From now on upgrades are answered 503. */
  shut(): void;
  /** Destroys every upgraded socket that is still open. @returns how many there were */
  destroyAll(): number;
  readonly openSockets: number;
}

/**
 * Stands before the OCPP server: the one listener of `upgrade`. Nothing that a stranger sends may throw here, because
 * an exception in this event ends the process (csms-peers §0.1). It remembers the sockets, since Node's
 * http.Server.close() waits for upgraded sockets for ever and does not close them (csms-peers §8.2).
 */
export function createUpgradeGate(
  ocpp: (request: IncomingMessage, socket: Duplex, head: Buffer) => void,
  onError: (error: unknown) => void,
): UpgradeGate {
  const sockets = new Set<Duplex>();
  let open = true;
  return {
    handle(request, socket, head) {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      try {
        if (!open) return refuseUpgrade(socket, 503, 'The server is stopping.');
        switch (upgradeTarget(request.url)) {
          case 'malformed':
            return refuseUpgrade(
              socket,
              400,
              'The URL cannot be read. Charge points connect to /ocpp/{chargePointId}.',
            );
          case 'elsewhere':
            return refuseUpgrade(socket, 404, 'No WebSocket here. Charge points connect to /ocpp/{chargePointId}.');
          case 'ocpp':
            return ocpp(request, socket, head);
        }
      } catch (error) {
        onError(error);
        socket.destroy();
      }
    },
    shut() {
      open = false;
    },
    destroyAll() {
      const count = sockets.size;
      for (const socket of sockets) socket.destroy();
      return count;
    },
    get openSockets() {
      return sockets.size;
    },
  };
}
