import { useSignal } from '@preact/signals';
import type { InsightView, ResultViews } from '../../../../api/present-insight.js';
import { Problem } from '../../parts/basics.js';
import { useRead } from '../../use.js';

type Line = ResultViews['energy'];

const WIDTH = 640;
const HEIGHT = 240;
const LEFT = 44;
const BOTTOM = 30;
const TOP = 10;

/** A round number of steps up to at least `highest`. */
function ticks(highest: number): number[] {
  const rough = highest / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((one) => one * power >= rough) ?? 10) * power;
  return Array.from({ length: Math.ceil(highest / step) + 1 }, (_unused, index) => index * step);
}

/** Sessions as points, the line through them. */
function Scatter({ line }: { line: Line }) {
  const xs = ticks(Math.max(line.longestH, 0.1));
  const ys = ticks(Math.max(...line.points.map(({ energyWh }) => energyWh / 1000), 0.1));
  const x = (hours: number): number => LEFT + (hours / (xs.at(-1) ?? 1)) * (WIDTH - LEFT - 12);
  const y = (kWh: number): number => HEIGHT - BOTTOM - (kWh / (ys.at(-1) ?? 1)) * (HEIGHT - BOTTOM - TOP);
  const at = (hours: number): number => y(Math.max(0, line.interceptWh + line.slopeWhPerHour * hours) / 1000);
  return (
    <svg
      class="scatter"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label="Energy of sessions by their duration, with the line; its figures stand above"
    >
      {ys.map((kWh) => (
        <g key={kWh}>
          <line class="grid" x1={LEFT} x2={WIDTH} y1={y(kWh)} y2={y(kWh)} />
          <text x={LEFT - 6} y={y(kWh) + 4} text-anchor="end">
            {Number(kWh.toFixed(2))}
          </text>
        </g>
      ))}
      {xs.map((hours) => (
        <text key={hours} x={x(hours)} y={HEIGHT - BOTTOM + 16} text-anchor="middle">
          {Number(hours.toFixed(2))} h
        </text>
      ))}
      <text x={4} y={HEIGHT - 4}>
        kWh
      </text>
      {line.points.map(({ hours, energyWh }) => (
        <circle key={`${hours} ${energyWh}`} cx={x(hours)} cy={y(energyWh / 1000)} r={2.5} />
      ))}
      <line class="fit" x1={x(line.shortestH)} x2={x(line.longestH)} y1={at(line.shortestH)} y2={at(line.longestH)} />
    </svg>
  );
}

function Prediction() {
  const hours = useSignal(2);
  const read = useRead<InsightView<'energy'>>(hours.value > 0 ? `/insights/energy?hours=${hours.value}` : null);
  const insight = read.data.value;
  const prediction = insight?.status === 'ok' ? insight.result.prediction : undefined;
  return (
    <div class="bar in">
      <label class="field">
        A session of so many hours
        <input
          type="number"
          min={0.1}
          max={168}
          step={0.1}
          value={hours.value}
          onInput={(event) => {
            hours.value = Math.min(168, Number(event.currentTarget.value));
          }}
        />
      </label>
      <p role="status">
        {prediction === undefined
          ? null
          : `brings about ${(prediction.energyWh / 1000).toFixed(1)} kWh, give or take ${(prediction.residualWh / 1000).toFixed(1)}.`}
        {prediction?.extrapolated === true ? ' No session was that short or long: this is beyond the data.' : null}
      </p>
      <Problem error={read.problem.value} />
    </div>
  );
}

/** The line, how much it explains, and what it says of a duration. */
export function EnergyFigures({ line }: { line: Line }) {
  const { interceptWh, slopeWhPerHour, slopeStandardErrorWhPerHour, rSquared, residualWh } = line;
  return (
    <>
      <p class="in">
        <strong>R² = {rSquared.toFixed(2)}</strong>: the duration explains {(rSquared * 100).toFixed(0)} % of how much
        energy varies.{' '}
        <span class="muted">
          Energy = {(interceptWh / 1000).toFixed(1)} kWh + {(slopeWhPerHour / 1000).toFixed(2)} kWh for each hour
          (standard error {(slopeStandardErrorWhPerHour / 1000).toFixed(2)}); sessions lie{' '}
          {(residualWh / 1000).toFixed(1)} kWh off the line.
        </span>
      </p>
      <Scatter line={line} />
      <Prediction />
    </>
  );
}
