import type { Clock, Timer, Unsubscribe } from '../interfaces.js';
import { createListeners } from '../support/listeners.js';

/** Turns bouncing edges into changes: a level counts once it has been still for `debounceMs`. */
export interface Debouncer {
  /** Something moved. */
  edge(): void;
  onChange(listener: (active: boolean) => void): Unsubscribe;
  close(): void;
}

/** @param options.read the level now; asked after the line came to rest, so that an edge missed in between does no harm. */
export function createDebouncer(options: { clock: Clock; debounceMs: number; read: () => boolean }): Debouncer {
  const { clock, debounceMs, read } = options;
  const listeners = createListeners<boolean>();
  let settled = read();
  let timer: Timer | null = null;
  const settle = (): void => {
    timer = null;
    const level = read();
    if (level === settled) return;
    settled = level;
    listeners.emit(level);
  };
  return {
    edge() {
      timer?.cancel();
      timer = null;
      if (debounceMs > 0) timer = clock.after(debounceMs, settle);
      else settle();
    },
    onChange: listeners.add,
    close() {
      timer?.cancel();
      timer = null;
      listeners.clear();
    },
  };
}
