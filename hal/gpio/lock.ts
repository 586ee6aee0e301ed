import type { Clock, DigitalInput, DigitalOutput } from '../interfaces.js';

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
  /** Moves the bolt. @returns whether it got there (with feedback), after at most `travelMs`. A later call overtakes: the earlier answers false. */
  set(locked: boolean): Promise<boolean>;
  close(): Promise<void>;
}

export function createLock(_options: LockOptions): Lock {
  throw new Error('follows');
}
