import type { Clock, Timer } from '@tapwatt/hal';
import type { LightSettings } from '../threads/messages.js';
import type { Light } from './light.js';

export type Signal = 'accepted' | 'refused' | 'waiting';

/** The light that answers a card. */
export interface Indicator {
  show(signal: Signal): void;
  /** BlinkRepeat and LightIntensity; a signal that plays goes on with them. */
  configure(settings: LightSettings): void;
  close(): void;
}

/** On and off times in ms. */
interface Pattern {
  on: number;
  off: number;
  /** Whether it blinks (BlinkRepeat times), or shines once. */
  blinks: boolean;
}

/** One long light; quick flashes; a slow blink for the cable. */
const PATTERNS: Record<Signal, Pattern> = {
  accepted: { on: 1500, off: 0, blinks: false },
  refused: { on: 120, off: 120, blinks: true },
  waiting: { on: 400, off: 600, blinks: true },
};

/** @param light null where none is wired. */
export function createIndicator(clock: Clock, light: Light | null): Indicator {
  let settings: LightSettings = { blinkRepeat: 3, intensityPercent: 100 };
  let timer: Timer | null = null;
  let lit = false;

  const shine = (on: boolean): void => {
    lit = on;
    light?.set(on ? settings.intensityPercent / 100 : 0);
  };

  const play = ({ on, off, blinks }: Pattern, times: number): void => {
    if (times <= 0) {
      timer = null;
      return;
    }
    shine(true);
    timer = clock.after(on, () => {
      shine(false);
      timer = clock.after(off, () => play({ on, off, blinks }, times - 1));
    });
  };

  return {
    show(signal) {
      timer?.cancel();
      shine(false);
      const pattern = PATTERNS[signal];
      if (light !== null) play(pattern, pattern.blinks ? settings.blinkRepeat : 1);
    },
    configure(next) {
      settings = next;
      if (lit) shine(true);
    },
    close() {
      timer?.cancel();
      shine(false);
    },
  };
}
