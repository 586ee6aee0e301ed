import type { Clock, DigitalInput, DigitalOutput } from '../interfaces.js';
import { createDebouncer } from './debounce.js';

/** An output that exists in memory only: for what is not wired, for tests and for the bench. */
export function createMemoryOutput(): DigitalOutput {
  let value = false;
  let closed = false;
  return {
    get value() {
      return value;
    },
    write(active) {
      if (!closed) value = active;
    },
    async close() {
      value = false;
      closed = true;
    },
  };
}

/** An input whose level is set by the program. */
export interface MemoryInput extends DigitalInput {
  set(level: boolean): void;
}

/** @param debounceMs 0 tells of a change at once. */
export function createMemoryInput(clock: Clock, debounceMs = 0, initial = false): MemoryInput {
  let level = initial;
  const debouncer = createDebouncer({ clock, debounceMs, read: () => level });
  return {
    read: () => level,
    set(next) {
      if (next === level) return;
      level = next;
      debouncer.edge();
    },
    onChange: debouncer.onChange,
    async close() {
      debouncer.close();
    },
  };
}
