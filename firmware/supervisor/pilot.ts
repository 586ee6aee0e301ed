import type { Pwm } from '@tapwatt/hal';

/** Control pilot frequency, IEC 61851-1 table A.2. */
const PILOT_HZ = 1000;

/**
 * Duty cycle that offers a current, IEC 61851-1 table A.7: 0.6 A per percent up to 51 A, then 2.5 A per percent above
 * 64 %. Below 6 A nothing may be offered: steady +12 V.
 * @param limitMa per phase. @returns 0 to 1; 1 is the steady level.
 */
export function pilotDuty(limitMa: number): number {
  if (limitMa < 6000) return 1;
  if (limitMa <= 51_000) return Math.floor(limitMa / 60) / 1000;
  return Math.min(0.96, 0.64 + Math.floor(limitMa / 250) / 1000);
}

/** Offers a current to the car; null offers none. */
export function createPilot(pwm: Pwm): { offer(limitMa: number | null): void } {
  return {
    offer(limitMa) {
      pwm.set(PILOT_HZ, limitMa === null ? 1 : pilotDuty(limitMa));
    },
  };
}
