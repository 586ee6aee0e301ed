/**
 * The energy of a session from the readings of its register. The register may go backwards (meter exchanged, counter
 * reset): then the energy is the sum of what it rose, never a negative number.
 */
export interface RegisterState {
  /** Last reading and its time. */
  lastWh: number;
  lastAtMs: number;
  /** Sum of the increases since the start. */
  energyWh: number;
  wentBackwards: boolean;
}

/** The start's own time does not count: a clock that was set after the start may put every reading before it. */
export function startRegister(meterStartWh: number): RegisterState {
  return { lastWh: meterStartWh, lastAtMs: Number.NEGATIVE_INFINITY, energyWh: 0, wentBackwards: false };
}

/** Takes one reading; readings that are older than the last one change nothing (they came late). */
export function readRegister(state: RegisterState, wh: number, atMs: number): RegisterState {
  if (atMs < state.lastAtMs) return state;
  const rise = wh - state.lastWh;
  return {
    lastWh: wh,
    lastAtMs: atMs,
    energyWh: state.energyWh + Math.max(0, rise),
    wentBackwards: state.wentBackwards || rise < 0,
  };
}

/** A reading of a session's register. */
export interface Reading {
  wh: number;
  atMs: number;
}

/** The register after these readings, in any order. */
export function foldRegister(meterStartWh: number, readings: readonly Reading[]): RegisterState {
  let state = startRegister(meterStartWh);
  for (const { wh, atMs } of readings.toSorted((a, b) => a.atMs - b.atMs)) state = readRegister(state, wh, atMs);
  return state;
}

/** The end by StopTransaction. Its reading is the last one whatever its time says. */
export function stopRegister(
  state: RegisterState,
  meterStartWh: number,
  meterStopWh: number,
): { energyWh: number; wentBackwards: boolean } {
  const direct = meterStopWh - meterStartWh;
  if (!state.wentBackwards && meterStopWh >= state.lastWh)
    return { energyWh: Math.max(0, direct), wentBackwards: direct < 0 };
  return { energyWh: state.energyWh + Math.max(0, meterStopWh - state.lastWh), wentBackwards: true };
}
