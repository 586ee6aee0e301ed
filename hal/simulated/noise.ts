/** Repeatable noise: the same seed gives the same run (mulberry32). */
export interface Noise {
  /** A number in [0, 1). */
  next(): number;
  bytes(length: number): Uint8Array;
}

export function createNoise(seed: number): Noise {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return {
    next,
    bytes: (length) => Uint8Array.from({ length }, () => Math.floor(next() * 256)),
  };
}
