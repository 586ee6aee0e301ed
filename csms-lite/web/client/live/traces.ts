import { signal } from '@preact/signals';
import type { SampleView, TransactionView } from '../../../api/present.js';
import { derivePower, type EnergyReading, type PowerPoint } from '../../shared/derived-power.js';
import { toMs } from '../../shared/format.js';
import { type Page, read } from '../api.js';

/** Power over time of a running session, for the small curve on its tile. */
export interface Trace {
  points: readonly PowerPoint[];
  /** Computed from energy readings, because the charge point reports no power: shown with ≈. */
  derived: boolean;
}

const KEEP = 240;
const asked = new Set<number>();
const lastEnergy = new Map<number, EnergyReading>();

/** By session id. */
export const traces = signal<ReadonlyMap<number, Trace>>(new Map());

function put(id: number, points: readonly PowerPoint[], derived: boolean): void {
  traces.value = new Map(traces.value).set(id, { points: points.slice(-KEEP), derived });
}

/** Adds what a session reports now. */
export function tracePoint(session: TransactionView): void {
  const { live } = session;
  const atMs = toMs(live?.at);
  if (live === null || atMs === null) return;
  const known = traces.value.get(session.id);
  const newest = known?.points.at(-1);
  if (newest !== undefined && newest.atMs >= atMs) return;
  if (live.powerW !== null) {
    // Told is better than computed: what was computed goes.
    put(session.id, [...(known?.derived === false ? known.points : []), { atMs, powerW: live.powerW }], false);
    return;
  }
  const reading = { atMs, energyWh: session.energyWh };
  const previous = lastEnergy.get(session.id);
  lastEnergy.set(session.id, reading);
  if (previous === undefined || known?.derived === false) return;
  const fresh = derivePower([previous, reading]);
  if (fresh.length > 0) put(session.id, [...(known?.points ?? []), ...fresh], true);
}

/** Sum over the phases of one instant; a sample without phase is the sum already. */
function sums(samples: readonly SampleView[], measurand: string): [number, number][] {
  const values = new Map<number, number>();
  for (const sample of samples) {
    const atMs = toMs(sample.at);
    if (sample.measurand !== measurand || sample.value === null || atMs === null) continue;
    values.set(atMs, sample.phase === undefined ? sample.value : (values.get(atMs) ?? 0) + sample.value);
  }
  return [...values].sort(([a], [b]) => a - b);
}

/** What it reported before this page was opened; asked for once per session. */
export function readTrace(session: TransactionView): void {
  const { id } = session;
  if (asked.has(id)) return;
  asked.add(id);
  read<Page<SampleView>>(`/transactions/${id}/samples`).then(
    ({ items }) => {
      const told = sums(items, 'Power.Active.Import').map(([atMs, powerW]) => ({ atMs, powerW }));
      const derived = told.length === 0;
      const registers = sums(items, 'Energy.Active.Import.Register').map(([atMs, registerWh]) => ({
        atMs,
        energyWh: registerWh - session.meterStart,
      }));
      const newest = registers.at(-1);
      if (newest !== undefined && !lastEnergy.has(id)) lastEnergy.set(id, newest);
      const start = { atMs: toMs(session.startedAt) ?? 0, energyWh: 0 };
      const past = derived ? derivePower([start, ...registers]) : told;
      const since = traces.value.get(id);
      const later = since !== undefined && since.derived === derived ? since.points : [];
      const byTime = new Map([...past, ...later].map((point) => [point.atMs, point]));
      put(
        id,
        [...byTime.values()].sort((a, b) => a.atMs - b.atMs),
        derived,
      );
    },
    () => asked.delete(id),
  );
}
