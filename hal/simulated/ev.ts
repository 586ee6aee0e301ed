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
