import type { DigitalOutput, Unsubscribe } from '../interfaces.js';
import { createListeners } from '../support/listeners.js';

/** An output whose changes can be followed from inside the process. */
export interface ObservedOutput extends DigitalOutput {
  /** Called at once, from within `write` or `close`, after the line has changed. */
  onWrite(listener: (active: boolean) => void): Unsubscribe;
}

/** Wraps an output. Use the wrapper from then on: what is written past it is not seen. */
export function observeOutput(output: DigitalOutput): ObservedOutput {
  const listeners = createListeners<boolean>();
  return {
    get value() {
      return output.value;
    },
    write(active) {
      const before = output.value;
      output.write(active);
      if (output.value !== before) listeners.emit(output.value);
    },
    onWrite: listeners.add,
    async close() {
      const before = output.value;
      await output.close();
      if (before) listeners.emit(false);
    },
  };
}
