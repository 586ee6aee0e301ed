import { createServer, type Server, type Socket } from 'node:net';
import type { Clock } from '../../interfaces.js';
import { errorCode, errorMessage, HardwareError } from '../../support/errors.js';
import type { MemoryCanNetwork } from '../memory.js';
import { createElementReader, DEFAULT_PORT, type Element, frameElement, parseSendElement } from './protocol.js';

export interface SocketcandHubOptions {
  clock: Clock;
  network: MemoryCanNetwork;
  /** Default 127.0.0.1: the protocol knows no passwords. */
  host?: string;
  /** Default 29536; 0 takes a free port. */
  port?: number;
  /** The bus name that clients open. Default can0. */
  interface?: string;
}

/** A TCP server that speaks socketcand: each client is one more node on the network. */
export interface SocketcandHub {
  readonly host: string;
  readonly port: number;
  close(): Promise<void>;
}

/** A listener that reads slower than the bus talks is cut off when this much waits for it. */
const LONGEST_BACKLOG_BYTES = 1_000_000;

/** @throws HardwareError EADDRINUSE and others when the port cannot be had. */
export async function startSocketcandHub(options: SocketcandHubOptions): Promise<SocketcandHub> {
  const { clock, network, host = '127.0.0.1', port = DEFAULT_PORT, interface: busName = 'can0' } = options;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serve(socket, network, busName, clock);
  });
  await listen(server, host, port);
  const address = server.address();
  return {
    host,
    port: typeof address === 'object' && address !== null ? address.port : port,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      reject(
        new HardwareError(
          errorCode(error) ?? 'SOCKETCAND_LISTEN',
          `The CAN hub cannot listen on ${host}:${port}: ${errorMessage(error)}`,
          'Choose another port in can.listen, or null for none; `ss -ltnp` shows who has this one.',
          { cause: error },
        ),
      );
    });
    server.listen(port, host, resolve);
  });
}

/** One client. Each reply is one write: python-can 4.1 compares what a single recv brings. */
function serve(socket: Socket, network: MemoryCanNetwork, busName: string, clock: Clock): void {
  const node = network.attach();
  const reader = createElementReader();
  let opened = false;
  let raw = false;

  const reply = (text: string): void => {
    if (socket.destroyed) return;
    if (socket.writableLength > LONGEST_BACKLOG_BYTES) socket.destroy();
    else socket.write(text);
  };
  const unsubscribe = node.onFrame((frame) => {
    if (raw) reply(frameElement(frame, clock.wallMs()));
  });

  /** @returns the answer, or null for none. */
  function answer({ name, words }: Element): string | null {
    switch (name) {
      case 'open':
        if (words[0] !== busName) return `< error could not open bus ${words[0]}: it is called ${busName} >`;
        opened = true;
        return '< ok >';
      case 'rawmode':
        if (!opened) return '< error open a bus first >';
        raw = true;
        return '< ok >';
      case 'echo':
        return '< echo >';
      case 'send': {
        const frame = parseSendElement(words);
        if (!raw || frame === null) return '< error could not parse send command >';
        node.send(frame);
        return null;
      }
      default:
        return '< error unknown command >';
    }
  }

  function handle(element: Element): void {
    const text = answer(element);
    if (text !== null) reply(text);
  }

  socket.setNoDelay(true);
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    try {
      for (const element of reader.push(chunk)) handle(element);
    } catch (error) {
      socket.end(`< error ${errorMessage(error)} >`);
    }
  });
  // A client that resets its connection is gone, nothing more: 'close' follows.
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    unsubscribe();
    void node.close();
  });
  reply('< hi >');
}
