import { useSignal } from '@preact/signals';
import type { ResultViews } from '../../../../api/present-insight.js';
import { dayAndTime, toMs } from '../../../shared/format.js';
import { now } from '../../live/state.js';
import { Scroll } from '../../parts/basics.js';
import { Chart, type Curve } from '../../parts/chart.js';

type Series = ResultViews['forecast']['energy'];

/** Wh are shown as kWh, sessions as they are. */
function shown(series: Series): { of: (value: number) => number; unit: string; digits: number } {
  return series.unit === 'Wh'
    ? { of: (value) => value / 1000, unit: 'kWh', digits: 1 }
    : { of: (value) => value, unit: 'sessions', digits: 2 };
}

function seconds(at: string): number {
  return (toMs(at) ?? 0) / 1000;
}

function curvesOf(series: Series): { times: number[]; curves: Curve[] } {
  const { of, unit, digits } = shown(series);
  const past = series.history.map(({ value }) => of(value));
  const before = past.map(() => null);
  const after = series.points.map(() => null);
  const curve = (label: string, colour: string, values: (number | null)[], filled = false): Curve => ({
    label,
    unit,
    colour,
    digits,
    values,
    filled,
  });
  return {
    times: [...series.history, ...series.points].map(({ at }) => seconds(at)),
    curves: [
      curve('Was', '--ready', [...past, ...after], true),
      curve('Forecast', '--accent', [...before, ...series.points.map(({ value }) => of(value))], true),
      curve('Low', '--line-strong', [...before, ...series.points.map(({ low }) => of(low))]),
      curve('High', '--line-strong', [...before, ...series.points.map(({ high }) => of(high))]),
    ],
  };
}

function Errors({ series }: { series: Series }) {
  const { of, unit, digits } = shown(series);
  const [first] = series.candidates;
  return (
    <Scroll label="Errors of the back-test">
      <table>
        <caption>
          Errors on {first?.folds ?? 0} days that were held out, one after the other, {unit} per hour
        </caption>
        <thead>
          <tr>
            <th>Method</th>
            <th class="number">Mean absolute</th>
            <th class="number">Root mean square</th>
            <th class="number">sMAPE</th>
            <th>
              <span class="visually-hidden">Shown</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {series.candidates.map(({ name, kind, mae, rmse, smapePercent, failedFolds }) => (
            <tr key={name}>
              <td>
                {name} {kind === 'baseline' ? <span class="muted">baseline</span> : null}
              </td>
              <td class="number">{failedFolds > 0 ? '–' : of(mae).toFixed(digits)}</td>
              <td class="number">{failedFolds > 0 ? '–' : of(rmse).toFixed(digits)}</td>
              <td class="number">{failedFolds > 0 ? '–' : `${smapePercent.toFixed(0)} %`}</td>
              <td>
                {name === series.chosen ? <span class="pill good">shown</span> : null}
                {failedFolds > 0 ? <span class="pill fault">did not converge</span> : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function Hours({ series }: { series: Series }) {
  const { of, unit, digits } = shown(series);
  return (
    <details class="in">
      <summary>The next {series.points.length} hours in figures</summary>
      <Scroll label="Forecast by hour">
        <table>
          <thead>
            <tr>
              <th>Hour</th>
              <th class="number">Forecast, {unit}</th>
              <th class="number">Low</th>
              <th class="number">High</th>
            </tr>
          </thead>
          <tbody>
            {series.points.map(({ at, value, low, high }) => (
              <tr key={at}>
                <td>{dayAndTime(toMs(at) ?? 0, now.value)}</td>
                <td class="number">{of(value).toFixed(digits)}</td>
                <td class="number">{of(low).toFixed(digits)}</td>
                <td class="number">{of(high).toFixed(digits)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </details>
  );
}

/** The load of the next day, and how well each way of saying it did before. */
export function ForecastFigures({ forecast }: { forecast: ResultViews['forecast'] }) {
  const which = useSignal<'energy' | 'starts'>('energy');
  const series = forecast[which.value];
  const { times, curves } = curvesOf(series);
  return (
    <>
      <div class="bar in">
        <label class="field">
          Of each hour
          <select
            value={which.value}
            onChange={(event) => {
              which.value = event.currentTarget.value as 'energy' | 'starts';
            }}
          >
            <option value="energy">energy delivered</option>
            <option value="starts">sessions begun</option>
          </select>
        </label>
        <p class="muted">
          {series.betterThanBaselinePercent > 0
            ? `${series.chosen} is shown: its mean error is ${series.betterThanBaselinePercent.toFixed(0)} % smaller than the baseline’s.`
            : 'The baseline is shown: no ARIMA model came nearer on the days held out.'}{' '}
          Low and high hold 80 % of those errors.
        </p>
      </div>
      <Chart
        key={which.value}
        times={times}
        curves={curves}
        height={260}
        label={`The last week and the next ${series.points.length} hours by ${series.chosen}; figures below`}
      />
      <Errors series={series} />
      <Hours series={series} />
    </>
  );
}
