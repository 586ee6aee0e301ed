import type { Clock, Timer } from '@tapwatt/hal';
import type { StationState } from '../threads/messages.js';

export interface StateOptions {
  clock: Pick<Clock, 'after'>;
  read: () => StationState;
  post: (state: StationState) => void;
  failed: (error: unknown) => void;
}

/** Tells main what GET /state says of this side, whenever it is something else. */
export interface StatePusher {
  changed(): void;
  stop(): void;
}

/** Changes come in bunches. */
const GATHER_MS = 50;

export function createStatePusher(options: StateOptions): StatePusher {
  let timer: Timer | null = null;
  let last = '';

  const push = (): void => {
    timer = null;
    try {
      const state = options.read();
      const text = JSON.stringify(state);
      if (text === last) return;
      last = text;
      options.post(state);
    } catch (error) {
      options.failed(error);
    }
  };

  return {
    changed() {
      timer ??= options.clock.after(GATHER_MS, push);
    },
    stop() {
      timer?.cancel();
    },
  };
}
