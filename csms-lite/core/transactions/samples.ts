import type { BulkRow } from '../../store/dialect.js';
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

export interface SampleOwner {
  stationId: string;
  connectorId: number;
  txId: number | null;
  receivedAtMs: number;
}

export function sampleRows(
  store: Pick<Store, 'kindId'>,
  owner: SampleOwner,
  meterValues: readonly ReadMeterValue[],
): BulkRow[] {
  const { stationId, connectorId, txId, receivedAtMs } = owner;
  const rows: BulkRow[] = [];
  for (const { time, samples } of meterValues)
    for (const sample of samples) {
      const { value, rawValue } = sample;
      const kindId = store.kindId({
        measurand: sample.measurand,
        phase: sample.phase,
        location: sample.location,
        context: sample.context,
        format: sample.format,
        unit: sample.unit,
        raw_unit: sample.rawUnit,
      });
      // In the order of BULK_COLUMNS.meter_inbox. The raw text is left out where it says no more than the value.
      const raw = value !== null && String(value) === rawValue ? null : rawValue;
      rows.push([stationId, connectorId, txId, time.atMs, receivedAtMs, kindId, value, raw]);
    }
  return rows;
}
