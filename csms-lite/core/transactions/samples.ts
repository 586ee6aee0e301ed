import { sampleText } from '../../store/meter-pages.js';
import type { Store } from '../../store/store.js';
import type { NormalisedSample } from '../metering/normalise.js';
import { normaliseSample, type SampledValue } from '../metering/normalise.js';
import { objects, type Payload } from '../payload.js';
import { type ReadTime, readOcppTime } from '../time.js';

/** One MeterValue: a time and its values. */
export interface ReadMeterValue {
  time: ReadTime;
  samples: NormalisedSample[];
}

/** Reads `meterValue` of MeterValues.req or `transactionData` of StopTransaction.req. */
export function readMeterValues(payload: Payload, member: string, receivedAtMs: number): ReadMeterValue[] {
  return objects(payload, member).map((meterValue) => ({
    time: readOcppTime(meterValue.timestamp, receivedAtMs),
    samples: objects(meterValue, 'sampledValue').map((sample) => normaliseSample(sample as unknown as SampledValue)),
  }));
}

/** The samples as the store takes them: JSON texts, joined by commas. */
export function samplesText(
  store: Pick<Store, 'kindId'>,
  meterValues: readonly ReadMeterValue[],
  receivedAtMs: number,
): string {
  let text = '';
  for (const { time, samples } of meterValues)
    for (const sample of samples) {
      if (text !== '') text += ',';
      text += sampleText(time.atMs, receivedAtMs, store.kindId(sample), sample.value, sample.rawValue);
    }
  return text;
}
