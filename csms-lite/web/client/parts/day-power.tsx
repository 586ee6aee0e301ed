import type { OverviewView } from '../../../api/routes/overview.js';
import { toMs } from '../../shared/format.js';
import { Panel } from './basics.js';
import { Chart } from './chart.js';

/** Power of all sessions together over the last 24 hours. */
export function DayPower({ power }: { power: OverviewView['power'] }) {
  const known = power.filter(({ powerW }) => powerW !== null);
  return (
    <Panel title="Power, last 24 hours" note="mean of five minutes, all sessions together">
      {known.length < 2 ? (
        <p class="in muted">It begins with the start of csms-lite and grows every five minutes.</p>
      ) : (
        <Chart
          label="Power of all sessions together over the last 24 hours"
          height={180}
          times={power.map(({ at }) => (toMs(at) ?? 0) / 1000)}
          curves={[
            {
              label: 'Power',
              unit: 'kW',
              colour: '--live',
              filled: true,
              gaps: true,
              digits: 1,
              values: power.map(({ powerW }) => (powerW === null ? null : powerW / 1000)),
            },
          ]}
        />
      )}
    </Panel>
  );
}
