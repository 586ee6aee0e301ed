import type { Clock, DigitalInput } from '../interfaces.js';

/** An edge can be lost; after this long the ready bit is looked at anyway. */
const LONGEST_TRUST_MS = 25;

/**
 * Waits for the chip's IRQ line, so that the bus is left alone while the chip works (clock stretching is what a Pi's
 * I2C handles worst).
 */
export function irqWaiter(irq: DigitalInput, clock: Clock): (timeoutMs: number) => Promise<void> {
  return (timeoutMs) => {
    if (irq.read()) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        timer.cancel();
        unsubscribe();
        resolve();
      };
      const unsubscribe = irq.onChange((active) => {
        if (active) done();
      });
      const timer = clock.after(Math.min(timeoutMs, LONGEST_TRUST_MS), done);
    });
  };
}
