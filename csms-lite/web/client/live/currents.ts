import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { CurrentView } from '../../../api/present-anomaly.js';
import { type CurrentPoint, withCurrent } from '../../shared/currents.js';
import { onCurrent } from './stream.js';

/** By connector; of the charge point that is looked at. */
export const currents = signal<ReadonlyMap<number, readonly CurrentPoint[]>>(new Map());

/** Follows current and limit of a charge point's connectors while the page is shown. */
export function useCurrents(chargePointId: string): void {
  useEffect(() => {
    currents.value = new Map();
    let fresh: CurrentView[] = [];
    let timer: number | undefined;
    const stop = onCurrent(chargePointId, (point) => {
      fresh.push(point);
      // What comes together, as the last minutes do, is one picture.
      timer ??= window.setTimeout(() => {
        timer = undefined;
        currents.value = withCurrent(currents.peek(), fresh);
        fresh = [];
      }, 50);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [chargePointId]);
}
