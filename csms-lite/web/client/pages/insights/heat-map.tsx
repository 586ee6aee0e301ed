import type { ResultViews } from '../../../../api/present-insight.js';
import { Scroll } from '../../parts/basics.js';

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
/** The strongest colour that text on it can still be read on, in both themes. */
const STRONGEST_PERCENT = 45;

function percent(share: number | null): string {
  return share === null ? '–' : (share * 100).toFixed(0);
}

/** Weekday and hour as a table: the colour only repeats the number. */
export function HeatMapFigures({ utilisation }: { utilisation: ResultViews['utilisation'] }) {
  const { cells, timeZone, share } = utilisation;
  const highest = Math.max(0.01, ...cells.flat().map((cell) => cell ?? 0));
  return (
    <>
      <p class="in">
        Connectors had a session in <strong>{percent(share)} %</strong> of the time, in the busiest hour of the week in{' '}
        {percent(highest)} %.
      </p>
      <Scroll label="Utilisation by weekday and hour">
        <table class="heat">
          <caption>Percent of connector time with a session, hours of {timeZone}</caption>
          <thead>
            <tr>
              <th scope="col">Hour</th>
              {Array.from({ length: 24 }, (_unused, hour) => (
                <th scope="col" key={hour}>
                  {hour}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {cells.map((row, weekday) => (
              <tr key={DAYS[weekday]}>
                <th scope="row">
                  <abbr title={DAYS[weekday]}>{DAYS[weekday]?.slice(0, 3)}</abbr>
                </th>
                {row.map((cell, hour) => (
                  <td
                    key={hour}
                    style={{
                      background: `color-mix(in srgb, var(--accent) ${(((cell ?? 0) / highest) * STRONGEST_PERCENT).toFixed(0)}%, var(--surface))`,
                    }}
                  >
                    {percent(cell)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}
