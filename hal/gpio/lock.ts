import type { Clock, DigitalInput, DigitalOutput, Timer } from '../interfaces.js';

export interface LockOptions {
  clock: Clock;
  /** Active is locked. */
  output: DigitalOutput;
  /** Switch on the bolt, active when it is in. Null where there is none: then the bolt is believed. */
  feedback: DigitalInput | null;
  /** How long the bolt may take. Default 500. */
  travelMs?: number;
}

/** The bolt that holds the plug. */
export interface Lock {
  /** Where the bolt should be. */
  readonly locked: boolean;
  /**
   * Moves the bolt. @returns whether it got there; with feedback as soon as it says so, else after `travelMs`. A later
   * call overtakes: the earlier one answers false.
   */
  set(locked: boolean): Promise<boolean>;
  /** Unlocks and releases the lines. */
  close(): Promise<void>;
}

export function createLock(options: LockOptions): Lock {
  const { clock, output, feedback, travelMs = 500 } = options;
  let finish: ((arrived: boolean) => void) | null = null;

  const unsubscribe = feedback?.onChange((position) => {
    if (position === output.value) finish?.(true);
  });

  return {
    get locked() {
      return output.value;
    },
    set(locked) {
      finish?.(false);
      output.write(locked);
      if (feedback?.read() === locked) return Promise.resolve(true);
      return new Promise((resolve) => {
        let timer: Timer | null = null;
        finish = (arrived) => {
          finish = null;
          timer?.cancel();
          resolve(arrived);
        };
        timer = clock.after(travelMs, () => finish?.(feedback === null || feedback.read() === locked));
      });
    },
    async close() {
      finish?.(false);
      unsubscribe?.();
      await output.close();
      await feedback?.close();
    },
  };
}
