import { anomalyFigures, anomalyName } from '@tapwatt/ocpp/anomaly/words.js';
import type { AnomalyView } from '../../../../api/present-anomaly.js';
import { anomalyBands } from '../../../shared/currents.js';
import { ago, toMs } from '../../../shared/format.js';
import { currents } from '../../live/currents.js';
import { now } from '../../live/state.js';
import { Chart } from '../../parts/chart.js';

/** What is wrong with the current now, in words: kind, figure, window and threshold. */
export function Anomalies({ anomalies }: { anomalies: readonly AnomalyView[] }) {
  return (
    <div role="status">
      {anomalies
        .filter(({ clearedAt }) => clearedAt === undefined)
        .map((anomaly) => (
          <p key={anomaly.id} class={anomaly.commanded ? 'in tone-wait' : 'in tone-fault'}>
            Anomaly: {anomalyName(anomaly.kind)}
            {anomaly.commanded ? ', as commanded' : ''}, {anomalyFigures(anomaly)}, since{' '}
            {ago(toMs(anomaly.from), now.value)}, seen by {anomaly.detectedBy === 'csms' ? 'csms-lite' : 'the charger'}
          </p>
        ))}
    </div>
  );
}

/** Current and limit of a connector, live, over its sessions; where it was wrong is marked. */
export function CurrentChart({ connectorId, anomalies }: { connectorId: number; anomalies: readonly AnomalyView[] }) {
  const points = currents.value.get(connectorId) ?? [];
  const newest = points.at(-1);
  if (newest === undefined || points.length < 2) return null;
  const limit = newest.limitA === null ? 'no limit known' : `limit ${newest.limitA.toFixed(1)} A`;
  return (
    <div class="small-charts">
      <Chart
        times={points.map(({ atMs }) => atMs / 1000)}
        curves={[
          {
            label: 'Current',
            unit: 'A',
            colour: '--ready',
            digits: 1,
            values: points.map(({ currentA }) => currentA),
          },
          {
            label: 'Limit',
            unit: 'A',
            colour: '--accent',
            digits: 1,
            values: points.map(({ limitA }) => limitA),
          },
        ]}
        label={`Current and limit over time, now ${newest.currentA.toFixed(1)} A, ${limit}`}
        height={180}
        bands={anomalyBands(anomalies, points)}
      />
    </div>
  );
}
