import type { CanBusState, Unsubscribe } from '../interfaces.js';
import { createListeners } from '../support/listeners.js';

/** Holds a bus' state and tells listeners when it changes. */
export interface BusStateKeeper {
  readonly state: CanBusState;
  up(): void;
  down(reason: string, fix: string): void;
  onBusState(listener: (state: CanBusState) => void): Unsubscribe;
}

export function createBusStateKeeper(): BusStateKeeper {
  let state: CanBusState = { state: 'down', reason: 'not connected yet', fix: '' };
  const listeners = createListeners<CanBusState>();
  const become = (next: CanBusState): void => {
    state = next;
    listeners.emit(next);
  };
  return {
    get state() {
      return state;
    },
    up() {
      if (state.state !== 'up') become({ state: 'up' });
    },
    down(reason, fix) {
      if (state.state === 'down' && state.reason === reason) return;
      become({ state: 'down', reason, fix });
    },
    onBusState: listeners.add,
  };
}
