import type { CanBus, CanBusState, CanFrame } from '../interfaces.js';
import { createListeners, type Listeners } from '../support/listeners.js';
import { checkFrame } from './frames.js';

/** A CAN bus inside one process: every node hears the frames of all others, in the order in which they were sent. */
export interface MemoryCanNetwork {
  /** A new node. Closing it takes it off the bus. */
  attach(): CanBus;
  /** A cut cable and its repair: down, frames are dropped and every node is told. */
  setDown(reason: string): void;
  setUp(): void;
  /** Nodes that are attached. */
  readonly size: number;
}

interface Node {
  frames: Listeners<CanFrame>;
  states: Listeners<CanBusState>;
}

/**
 * Delivery is synchronous unless a delivery is under way: a frame sent from within a listener waits until everybody
 * has heard the one before it, so all nodes see one order.
 */
export function createMemoryCanNetwork(): MemoryCanNetwork {
  const nodes = new Set<Node>();
  const queue: { from: Node; frame: CanFrame }[] = [];
  let state: CanBusState = { state: 'up' };
  let delivering = false;

  const deliver = (): void => {
    if (delivering) return;
    delivering = true;
    try {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        for (const node of [...nodes]) {
          if (node === next.from || !nodes.has(node)) continue;
          node.frames.emit({ id: next.frame.id, data: Uint8Array.from(next.frame.data) });
        }
      }
    } finally {
      delivering = false;
    }
  };
  const become = (next: CanBusState): void => {
    if (next.state === state.state) return;
    state = next;
    queue.length = 0;
    for (const node of [...nodes]) node.states.emit(next);
  };

  return {
    attach(): CanBus {
      const node: Node = { frames: createListeners(), states: createListeners() };
      nodes.add(node);
      return {
        get busState(): CanBusState {
          return nodes.has(node) ? state : { state: 'down', reason: 'the bus was closed', fix: '' };
        },
        send(frame) {
          checkFrame(frame);
          if (state.state !== 'up' || !nodes.has(node)) return;
          queue.push({ from: node, frame: { id: frame.id, data: Uint8Array.from(frame.data) } });
          deliver();
        },
        onFrame: node.frames.add,
        onBusState: node.states.add,
        async close() {
          nodes.delete(node);
        },
      };
    },
    setDown(reason) {
      become({ state: 'down', reason, fix: 'End the simulated bus failure.' });
    },
    setUp() {
      become({ state: 'up' });
    },
    get size() {
      return nodes.size;
    },
  };
}
