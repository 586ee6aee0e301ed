import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { SampleView, TransactionView } from '../../../api/present.js';
import {
  type QuantityLook,
  type Reading,
  readingNow,
  readingsOf,
  toldQuantities,
  withReading,
} from '../../shared/readings.js';
import { type Page, read } from '../api.js';
import { generation } from '../live/stream.js';
import { type Band, Chart } from './chart.js';

const KEEP = 1200;

/** Two events this close: between them there may be readings that no event told. */
const CLOSE_MS = 700;
/** They are read after this, so that a burst is read once. */
const READ_AGAIN_MS = 1500;

/**
 * What a running session has reported: read once, and again after a gap, then followed live. The stream tells at most
 * two readings a second; where it may have left some out, they are read.
 */
export function useReadings(session: TransactionView): readonly Reading[] {
  const readings = useSignal<readonly Reading[]>([]);
  const lastMs = useRef(0);
  const timer = useRef<number | undefined>(undefined);

  const load = async (): Promise<void> => {
    const { items } = await read<Page<SampleView>>(`/transactions/${session.id}/samples`);
    const past = readingsOf(items).slice(-KEEP);
    const newest = past.at(-1)?.atMs ?? 0;
    readings.value = [...past, ...readings.peek().filter(({ atMs }) => atMs > newest)].slice(-KEEP);
  };
  const loadQuietly = (): void => {
    // The live values still come; the next gap reads again
    load().catch(() => undefined);
  };

  // Another session or a gap in the stream is what reads again
  useEffect(() => {
    loadQuietly();
    return () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    };
  }, [session.id, generation.value]);
  // Each event carries the session as it is now
  useEffect(() => {
    const next = readingNow(session);
    if (next === null) return;
    const isClose = performance.now() - lastMs.current < CLOSE_MS || readings.peek().length < 2;
    lastMs.current = performance.now();
    readings.value = withReading(readings.peek(), next, KEEP);
    if (!isClose) return;
    timer.current ??= window.setTimeout(() => {
      timer.current = undefined;
      loadQuietly();
    }, READ_AGAIN_MS);
  }, [session]);
  return readings.value;
}

interface Frame {
  sync: string;
  bands: readonly Band[];
  padRight: number | null;
  last: boolean;
}

function chartOf(look: QuantityLook, readings: readonly Reading[], { sync, bands, padRight, last }: Frame) {
  const values = readings.map((reading) => {
    const value = reading[look.quantity];
    return value === null ? null : value / look.divisor;
  });
  const newest = values.filter((value) => value !== null).at(-1) ?? null;
  return (
    <Chart
      key={look.quantity}
      times={readings.map(({ atMs }) => atMs / 1000)}
      curves={[
        {
          label: look.label,
          unit: look.unit,
          colour: look.colour,
          filled: look.quantity === 'powerW',
          tight: look.quantity === 'voltageMv' || look.quantity === 'temperatureMilliC',
          digits: look.digits,
          values,
        },
      ]}
      label={`${look.label} over time, now ${newest === null ? 'not told' : `${newest.toFixed(look.digits)} ${look.unit}`}`}
      height={last ? 146 : 104}
      timeless={!last}
      padRight={padRight}
      sync={sync}
      bands={bands}
    />
  );
}

/** One small chart per quantity that was told, one above the other, with one cursor. */
export function ReadingCharts({
  readings,
  sync,
  bands = [],
  without = [],
  padRight = null,
}: {
  readings: readonly Reading[];
  sync: string;
  bands?: readonly Band[];
  /** Quantities that are drawn elsewhere. */
  without?: readonly QuantityLook['quantity'][];
  /** Room on the right where the chart above has an axis, px. */
  padRight?: number | null;
}) {
  const told = toldQuantities(readings).filter(({ quantity }) => !without.includes(quantity));
  if (readings.length < 2 || told.length === 0) return null;
  return (
    <div class="small-charts">
      {told.map((look, index) => chartOf(look, readings, { sync, bands, padRight, last: index === told.length - 1 }))}
    </div>
  );
}
