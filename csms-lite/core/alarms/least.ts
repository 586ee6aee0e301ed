/** The least of the values of the last `windowMs`; null until a whole window was watched. */
export interface WindowLeast {
  add(value: number, atMs: number): number | null;
}

/** What a queue never falls below is what it does not get rid of; a burst that drains does not show. Pure but for its own memory. */
export function createWindowLeast(windowMs: number): WindowLeast {
  let values: { value: number; atMs: number }[] = [];
  let firstAtMs: number | null = null;
  return {
    add(value, atMs) {
      firstAtMs ??= atMs;
      values = [...values.filter((one) => one.atMs > atMs - windowMs), { value, atMs }];
      return atMs - firstAtMs < windowMs ? null : Math.min(...values.map((one) => one.value));
    },
  };
}
