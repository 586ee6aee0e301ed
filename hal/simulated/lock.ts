import { createMemoryInput, type MemoryInput } from '../gpio/memory.js';
import type { Clock, DigitalOutput, Timer } from '../interfaces.js';

/** A bolt with a switch on it. */
export interface SimulatedLock {
  readonly output: DigitalOutput;
  readonly feedback: MemoryInput;
  /** The bolt stays where it is. */
  setFails(fails: boolean): void;
}

const TRAVEL_MS = 100;

export function createSimulatedLock(clock: Clock): SimulatedLock {
  const feedback = createMemoryInput(clock);
  let wanted = false;
  let fails = false;
  let travel: Timer | null = null;
  const move = (active: boolean): void => {
    wanted = active;
    travel?.cancel();
    travel = clock.after(TRAVEL_MS, () => {
      if (!fails) feedback.set(wanted);
    });
  };
  return {
    output: {
      get value() {
        return wanted;
      },
      write: move,
      async close() {
        travel?.cancel();
        wanted = false;
        if (!fails) feedback.set(false);
      },
    },
    feedback,
    setFails(next) {
      fails = next;
    },
  };
}
