export {
  type AnomalyChange,
  type DetectorState,
  NOTHING_SEEN,
  type Seen,
  takeSample,
  takeSilence,
} from './detector.js';
export { ANOMALY_KINDS, type AnomalyFinding, type AnomalyKind, type AnomalyUnit } from './kinds.js';
export { type DetectorParameters, EACH_SECOND, everyInterval } from './parameters.js';
export type { CurrentSample } from './sample.js';
export { anomalyFigures, anomalyName } from './words.js';
