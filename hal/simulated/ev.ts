/** The car that is plugged in. */
export interface SimulatedEvPlug {
  /** Draws up to this much per phase. Default 32 000. */
  currentMa: number;
  /** Default 1. */
  phases: number;
  /** From the moment power is offered to the first current. Default 0. */
  drawDelayMs: number;
}

export interface SimulatedEvState extends SimulatedEvPlug {
  /** False: the car pauses. */
  ready: boolean;
  /** True while it wants current and its delay is over. */
  drawing: boolean;
}

/** A car as the power module sees it. */
export interface SimulatedEv {
  readonly state: SimulatedEvState;
  set(change: { ready?: boolean; currentMa?: number }): void;
  /**
   * How much the car draws per phase, in mA.
   * @param offered whether power is at the plug. @param nowMs monotonic; the delay counts from the first offer on.
   */
  demandMa(offered: boolean, nowMs: number): number;
}

export function createSimulatedEv(plug: Partial<SimulatedEvPlug> = {}): SimulatedEv {
  const state: SimulatedEvState = {
    currentMa: plug.currentMa ?? 32_000,
    phases: plug.phases ?? 1,
    drawDelayMs: plug.drawDelayMs ?? 0,
    ready: true,
    drawing: false,
  };
  let offeredSinceMs: number | null = null;
  return {
    get state() {
      return { ...state };
    },
    set(change) {
      if (change.ready !== undefined) state.ready = change.ready;
      if (change.currentMa !== undefined) state.currentMa = change.currentMa;
    },
    demandMa(offered, nowMs) {
      if (!offered) offeredSinceMs = null;
      else offeredSinceMs ??= nowMs;
      state.drawing = state.ready && offeredSinceMs !== null && nowMs - offeredSinceMs >= state.drawDelayMs;
      return state.drawing ? state.currentMa : 0;
    },
  };
}
