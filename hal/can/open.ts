import type { CanBus, Clock } from '../interfaces.js';
import { openSocketcan } from './backends/socketcan.js';
import { openSocketcandClient } from './socketcand/client.js';

export type CanBusOptions =
  /** The kernel's SocketCAN. Linux only. */
  | { kind: 'socketcan'; clock: Clock; interface: string }
  /** A socketcand server, or a Tapwatt simulation's hub, over TCP. */
  | { kind: 'socketcand'; clock: Clock; host: string; port: number; interface: string };

/** Opens a bus. Never throws because it is not there: its state says so, and it goes on trying. */
export function openCanBus(options: CanBusOptions): CanBus {
  switch (options.kind) {
    case 'socketcan':
      return openSocketcan(options);
    case 'socketcand':
      return openSocketcandClient(options);
  }
}
