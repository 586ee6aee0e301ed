import type { Clock, DigitalOutput, Timer } from '@tapwatt/hal';

export type Signal = 'accepted' | 'refused' | 'waiting';

/** The light that answers a card. */
export interface Indicator {
  show(signal: Signal): void;
  close(): void;
}

/** On and off times in ms, beginning with on: one long light; three quick flashes; a slow blink for the cable. */
const PATTERNS: Record<Signal, readonly number[]> = {
  accepted: [1500],
  refused: [120, 120, 120, 120, 120],
  waiting: [400, 600, 400, 600, 400, 600, 400],
};

/** @param output null where no light is wired. */
export function createIndicator(clock: Clock, output: DigitalOutput | null): Indicator {
  let timer: Timer | null = null;
  const play = (times: readonly number[], on: boolean): void => {
    const [time, ...rest] = times;
    output?.write(on && time !== undefined);
    timer = time === undefined ? null : clock.after(time, () => play(rest, !on));
  };
  return {
    show(signal) {
      timer?.cancel();
      if (output !== null) play(PATTERNS[signal], true);
    },
    close() {
      timer?.cancel();
      output?.write(false);
    },
  };
}
