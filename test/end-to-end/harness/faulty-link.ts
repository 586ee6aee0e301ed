import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * A TCP proxy between a charge point and a central system that can fail in the ways a mobile network does. It knows
 * nothing of WebSocket or OCPP; it loses bytes and connections.
 */
export interface FaultyLink {
  readonly port: number;
  /** Where new connections go from now on (the central system may have come back on another port). */
  setTarget(port: number): void;
  /** Cuts every connection at once. */
  cut(): void;
  /** Refuses (cuts at once) new connections while false. Open ones stay. */
  setReachable(reachable: boolean): void;
  /**
   * Swallows what travels in one direction from now on, on the open connections; they look alive until `cut`.
   * `to-central-system`: requests never arrive. `to-charge-point`: requests arrive and are processed, answers do not.
   */
  swallow(direction: 'to-central-system' | 'to-charge-point' | 'none'): void;
  /** Connections accepted so far. */
  readonly connections: number;
  close(): Promise<void>;
}

interface Pair {
  near: Socket;
  far: Socket;
}

/** Listens on 127.0.0.1, any free port. */
export async function createFaultyLink(targetPort: number): Promise<FaultyLink> {
  let target = targetPort;
  let reachable = true;
  let swallowed: 'to-central-system' | 'to-charge-point' | 'none' = 'none';
  let connections = 0;
  const pairs = new Set<Pair>();

  const drop = (pair: Pair): void => {
    pairs.delete(pair);
    pair.near.destroy();
    pair.far.destroy();
  };

  const server: Server = createServer((near) => {
    near.on('error', () => {});
    if (!reachable) {
      near.destroy();
      return;
    }
    connections += 1;
    swallowed = 'none';
    const far = connect({ host: '127.0.0.1', port: target });
    const pair = { near, far };
    pairs.add(pair);
    far.on('error', () => drop(pair));
    near.on('close', () => drop(pair));
    far.on('close', () => drop(pair));
    near.on('data', (chunk) => {
      if (swallowed !== 'to-central-system') far.write(chunk);
    });
    far.on('data', (chunk) => {
      if (swallowed !== 'to-charge-point') near.write(chunk);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the faulty link has no TCP address');

  const cut = (): void => {
    for (const pair of [...pairs]) drop(pair);
    swallowed = 'none';
  };

  return {
    port: address.port,
    setTarget(port) {
      target = port;
    },
    cut,
    setReachable(value) {
      reachable = value;
    },
    swallow(direction) {
      swallowed = direction;
    },
    get connections() {
      return connections;
    },
    async close() {
      cut();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
