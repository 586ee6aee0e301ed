/** A reading of an energy register, or of the energy of a session: only differences matter. */
export interface EnergyReading {
  atMs: number;
  energyWh: number;
}

export interface PowerPoint {
  atMs: number;
  powerW: number;
}

/** Shorter gaps are not divided by: whole Wh over a fraction of a second mean nothing. */
const SHORTEST_MS = 1000;

/**
 * Mean power between consecutive readings (oldest first), each at the time of the later one. Many chargers report
 * energy only. Registers that go backwards give nothing.
 */
export function derivePower(readings: readonly EnergyReading[]): PowerPoint[] {
  const points: PowerPoint[] = [];
  let previous: EnergyReading | undefined;
  for (const reading of readings) {
    if (previous !== undefined) {
      const elapsedMs = reading.atMs - previous.atMs;
      if (elapsedMs < SHORTEST_MS) continue;
      const energyWh = reading.energyWh - previous.energyWh;
      if (energyWh >= 0) points.push({ atMs: reading.atMs, powerW: Math.round((energyWh * 3_600_000) / elapsedMs) });
    }
    previous = reading;
  }
  return points;
}
