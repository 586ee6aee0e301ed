import type { ResultViews } from '../../../../api/present-insight.js';
import { Scroll } from '../../parts/basics.js';
import { DemoMark } from '../../parts/demo-mark.js';
import { stationHref } from '../stations.js';

/** The score with its three terms, of all and of each charge point. */
export function HealthFigures({ health }: { health: ResultViews['health'] }) {
  const { all, stations } = health;
  const terms: [string, string, number, number][] = [
    ['Availability', `${all.available} of ${all.connectors} connectors Available`, all.availabilityPoints, 50],
    ['No error', `${all.withError} of ${all.connectors} connectors tell an error`, all.errorPoints, 30],
    ['Activity', `${all.sessions24h} sessions in 24 h, 10 are full`, all.activityPoints, 20],
  ];
  return (
    <>
      <p class="in score">
        <strong>{all.score.toFixed(0)}</strong> of 100
      </p>
      <p class="in muted">
        A connector that is charging is not Available, and one that is offline counts with its last status: a busy or a
        silent network scores otherwise than a person would.
      </p>
      <Scroll label="Terms of the health score">
        <table>
          <thead>
            <tr>
              <th>Term</th>
              <th>Figure</th>
              <th class="number">Points</th>
            </tr>
          </thead>
          <tbody>
            {terms.map(([term, figure, points, most]) => (
              <tr key={term}>
                <td>{term}</td>
                <td>{figure}</td>
                <td class="number">
                  {points.toFixed(1)} <span class="muted">of {most}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <Scroll label="Health of each charge point">
        <table>
          <caption>Each charge point by the same formula, lowest first</caption>
          <thead>
            <tr>
              <th>Charge point</th>
              <th class="number">Score</th>
              <th class="number">Availability</th>
              <th class="number">No error</th>
              <th class="number">Activity</th>
            </tr>
          </thead>
          <tbody>
            {stations.map((one) => (
              <tr key={one.stationId}>
                <td>
                  <a href={stationHref(one.stationId)}>{one.stationId}</a> <DemoMark of={one} />
                </td>
                <td class="number">{one.score.toFixed(0)}</td>
                <td class="number">{one.availabilityPoints.toFixed(1)}</td>
                <td class="number">{one.errorPoints.toFixed(1)}</td>
                <td class="number">{one.activityPoints.toFixed(1)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}
