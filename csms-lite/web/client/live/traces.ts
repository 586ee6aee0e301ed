import { signal } from '@preact/signals';
import type { SampleView, TransactionView } from '../../../api/present.js';
import { toMs } from '../../shared/format.js';
import { type Page, read, withQuery } from '../api.js';

/** Power over time of a running session, for the small curve on its tile. */
export interface TracePoint {
  atMs: number;
  powerW: number;
}

const KEEP = 240;
const asked = new Set<number>();

/** By session id. */
export const traces = signal<ReadonlyMap<number, readonly TracePoint[]>>(new Map());

function put(id: number, points: readonly TracePoint[]): void {
  traces.value = new Map(traces.value).set(id, points.slice(-KEEP));
}

/** Adds what a session reports now. */
export function tracePoint(session: TransactionView): void {
  const atMs = toMs(session.live?.at);
  const powerW = session.live?.powerW;
  if (atMs === null || powerW === null || powerW === undefined) return;
  const points = traces.value.get(session.id) ?? [];
  const last = points.at(-1);
  if (last !== undefined && last.atMs >= atMs) return;
  put(session.id, [...points, { atMs, powerW }]);
}

/** What it reported before this page was opened; asked for once per session. */
export function readTrace(id: number): void {
  if (asked.has(id)) return;
  asked.add(id);
  read<Page<SampleView>>(withQuery(`/transactions/${id}/samples`, { measurand: 'Power.Active.Import' })).then(
    ({ items }) => {
      const byTime = new Map<number, number>();
      for (const sample of items) {
        const atMs = toMs(sample.at);
        if (atMs === null || sample.value === null) continue;
        // Three phases told one by one make one power; a sample without phase is the sum already.
        byTime.set(atMs, sample.phase === undefined ? sample.value : (byTime.get(atMs) ?? 0) + sample.value);
      }
      const known = traces.value.get(id) ?? [];
      for (const { atMs, powerW } of known) byTime.set(atMs, powerW);
      put(
        id,
        [...byTime].sort(([a], [b]) => a - b).map(([atMs, powerW]) => ({ atMs, powerW })),
      );
    },
    () => asked.delete(id),
  );
}
