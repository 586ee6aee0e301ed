import type { ResultViews } from '../../../../api/present-insight.js';
import type { ConnectorFeature } from '../../../../insights/model.js';
import { Scroll } from '../../parts/basics.js';
import { DemoMark } from '../../parts/demo-mark.js';
import { stationHref } from '../stations.js';

const share = (value: number): string => `${(value * 100).toFixed(0)} %`;
const times = (value: number): string => `${value.toFixed(2)} ×`;

/** How each feature is told. */
const FEATURES: Readonly<Record<ConnectorFeature, { text: string; of: (value: number) => string }>> = {
  faultedNow: { text: 'faulted now', of: (value) => (value >= 0.995 ? 'yes' : value < 0.005 ? 'no' : share(value)) },
  hoursSinceStatus: { text: 'since its last status', of: (value) => `${value.toFixed(0)} h` },
  faultedShare: { text: 'time faulted or unavailable', of: share },
  faultsPerWeek: { text: 'faults a week', of: (value) => value.toFixed(1) },
  emptySessionShare: { text: 'sessions without energy', of: share },
  usageChange: { text: 'sessions in the last week against before', of: times },
  powerChange: { text: 'power in the last week against before', of: times },
};

/** Connectors, most unusual first, each with what sets it apart. */
export function AnomalyFigures({ anomalies }: { anomalies: ResultViews['anomalies'] }) {
  const { connectors, threshold, trees, sampleSize } = anomalies;
  const flagged = connectors.filter((one) => one.flagged).length;
  return (
    <>
      <p class="in">
        {flagged === 0 ? 'No connector stands out.' : `${flagged} of ${connectors.length} connectors stand out.`}{' '}
        <span class="muted">
          Score {threshold} and above; {trees} trees of {sampleSize}. A rank, not a diagnosis.
        </span>
      </p>
      <Scroll label="Connectors by anomaly">
        <table>
          <thead>
            <tr>
              <th>Connector</th>
              <th class="number">Score</th>
              <th>
                <span class="visually-hidden">Verdict</span>
              </th>
              <th>Farthest from the others in</th>
            </tr>
          </thead>
          <tbody>
            {connectors.map(({ stationId, connectorId, demo, score, flagged: isFlagged, reason }) => {
              const { text, of } = FEATURES[reason.feature];
              return (
                <tr key={`${stationId} ${connectorId}`}>
                  <td>
                    <a href={stationHref(stationId)}>{stationId}</a> · {connectorId} <DemoMark of={{ demo }} />
                  </td>
                  <td class="number">{score.toFixed(2)}</td>
                  <td>{isFlagged ? <span class="pill fault">stands out</span> : null}</td>
                  <td>
                    {text}: {of(reason.value)} <span class="muted">mean {of(reason.mean)}</span>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}
