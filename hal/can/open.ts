import type { CanBus, Clock } from '../interfaces.js';

export type CanBusOptions =
  /** The kernel's SocketCAN. Linux only. */
  | { kind: 'socketcan'; clock: Clock; interface: string }
  /** A socketcand server, or a Tapwatt simulation's hub, over TCP. */
  | { kind: 'socketcand'; clock: Clock; host: string; port: number; interface: string };

export function openCanBus(_options: CanBusOptions): CanBus {
  throw new Error('follows');
}
