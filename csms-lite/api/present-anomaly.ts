import type { CurrentPoint } from '../core/anomalies/current-trace.js';
import type { Anomaly } from '../core/model.js';
import { isoTime } from './present.js';

/** An anomaly as the API shows it. `clearedAt` is absent while it lasts. */
export function presentAnomaly({ fromMs, detectedAtMs, clearedAtMs, ...rest }: Anomaly) {
  return {
    ...rest,
    from: isoTime(fromMs),
    detectedAt: isoTime(detectedAtMs),
    ...(clearedAtMs === null ? {} : { clearedAt: isoTime(clearedAtMs) }),
  };
}

export type AnomalyView = ReturnType<typeof presentAnomaly>;

/** A point of a connector's live curve; `limitMa` is absent where no limit is known. */
export function presentCurrent({ atMs, limitMa, ...rest }: CurrentPoint) {
  return { ...rest, at: isoTime(atMs), ...(limitMa === null ? {} : { limitMa }) };
}

export type CurrentView = ReturnType<typeof presentCurrent>;
