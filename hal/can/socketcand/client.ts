import { connect, type Socket } from 'node:net';
import type { CanBus, CanFrame, Clock, Timer } from '../../interfaces.js';
import { errorMessage } from '../../support/errors.js';
import { createListeners } from '../../support/listeners.js';
import { createBusStateKeeper } from '../busStateKeeper.js';
import { checkFrame } from '../frames.js';
import { createReconnect } from '../reconnect.js';
import { createElementReader, type Element, parseFrameElement, sendElement } from './protocol.js';

export interface SocketcandClientOptions {
  clock: Clock;
  host: string;
  port: number;
  /** The bus name on the server. */
  interface: string;
}

/** From the first byte of a connection to rawmode. */
const HANDSHAKE_MS = 5000;
const CLOSE_MS = 500;
/** A server that reads nothing for so long that this much waits is not there any more. */
const LONGEST_BACKLOG_BYTES = 100_000;

const NO_SERVER_FIX = 'Is that port a socketcand server?';

type Phase = 'greeting' | 'opening' | 'rawmode' | 'ready';

/** A CAN bus behind a socketcand server. Connects, and connects again, by itself. */
export function openSocketcandClient(options: SocketcandClientOptions): CanBus {
  const { clock, host, port, interface: busName } = options;
  const place = `socketcand at ${host}:${port}`;
  const keeper = createBusStateKeeper();
  const frames = createListeners<CanFrame>();
  let socket: Socket | null = null;
  let phase: Phase = 'greeting';
  let closed = false;
  let handshake: Timer | null = null;

  const fail = (reason: string, fix: string): void => {
    handshake?.cancel();
    const dying = socket;
    socket = null;
    phase = 'greeting';
    dying?.destroy();
    if (closed) return;
    keeper.down(`${place}: ${reason}`, fix);
    reconnect.schedule();
  };

  /** The server's next step of the handshake, or the end of the connection. */
  function shake(name: string, wanted: string, next: Phase, then: () => void): void {
    if (name === wanted) {
      phase = next;
      then();
    } else {
      fail(`says "${name}" where "${wanted}" belongs`, NO_SERVER_FIX);
    }
  }

  function handle({ name, words }: Element): void {
    if (name === 'echo') return;
    if (name === 'error') {
      fail(words.join(' '), 'Compare can.interface with the bus name of the server.');
      return;
    }
    switch (phase) {
      case 'greeting':
        shake(name, 'hi', 'opening', () => socket?.write(`< open ${busName} >`));
        return;
      case 'opening':
        shake(name, 'ok', 'rawmode', () => socket?.write('< rawmode >'));
        return;
      case 'rawmode':
        shake(name, 'ok', 'ready', () => {
          handshake?.cancel();
          reconnect.succeeded();
          keeper.up();
        });
        return;
      case 'ready': {
        const frame = name === 'frame' ? parseFrameElement(words) : null;
        if (frame !== null) frames.emit(frame);
        return;
      }
    }
  }

  function dial(): void {
    const dialled = connect({ host, port });
    socket = dialled;
    const reader = createElementReader();
    const isCurrent = (): boolean => socket === dialled;
    dialled.setNoDelay(true);
    dialled.setKeepAlive(true, 5000);
    dialled.setEncoding('latin1');
    handshake = clock.after(HANDSHAKE_MS, () => {
      if (isCurrent()) fail('no answer', `Is a socketcand server running on ${host}:${port}?`);
    });
    dialled.on('data', (chunk: string) => {
      try {
        for (const element of reader.push(chunk)) if (isCurrent()) handle(element);
      } catch (error) {
        if (isCurrent()) fail(errorMessage(error), NO_SERVER_FIX);
      }
    });
    dialled.on('error', (error) => {
      if (isCurrent()) fail(errorMessage(error), `Start socketcand (or the simulation) on ${host}:${port}.`);
    });
    dialled.on('close', () => {
      if (isCurrent()) fail('the connection was closed', `See the log of the server on ${host}:${port}.`);
    });
  }

  const reconnect = createReconnect(clock, dial);
  dial();

  return {
    get busState() {
      return keeper.state;
    },
    send(frame) {
      checkFrame(frame);
      if (phase !== 'ready' || socket === null) return;
      if (socket.writableLength > LONGEST_BACKLOG_BYTES) {
        fail('takes nothing any more', `See the log of the server on ${host}:${port}.`);
      } else {
        socket.write(sendElement(frame));
      }
    },
    onFrame: frames.add,
    onBusState: keeper.onBusState,
    async close() {
      if (closed) return;
      closed = true;
      reconnect.stop();
      handshake?.cancel();
      frames.clear();
      const dying = socket;
      socket = null;
      phase = 'greeting';
      if (dying === null || dying.destroyed) return;
      // What was sent last (a STOP) must still leave.
      await new Promise<void>((resolve) => {
        const patience = clock.after(CLOSE_MS, () => dying.destroy());
        dying.once('close', () => {
          patience.cancel();
          resolve();
        });
        dying.end();
      });
    },
  };
}
