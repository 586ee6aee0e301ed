import type { InsightView } from '../../../api/present-insight.js';
import type { InsightName } from '../../../insights/model.js';
import { call, type Page, withQuery } from '../api.js';
import { Done, PageHead, Problem } from '../parts/basics.js';
import { useActs, useRead } from '../use.js';
import { AnomalyFigures } from './insights/anomalies.js';
import { Card } from './insights/card.js';
import { EnergyFigures } from './insights/energy.js';
import { ForecastFigures } from './insights/forecast.js';
import { HealthFigures } from './insights/health.js';
import { HeatMapFigures } from './insights/heat-map.js';
import { UserFigures } from './insights/users.js';

/** How long a click waits for the end before it says that the work goes on. */
const WAIT_S = 30;

async function computeNow(): Promise<string> {
  const { running } = await call<{ running: boolean }>('POST', `/insights/compute?wait=${WAIT_S}`);
  return running ? 'Still computing; the figures come by themselves.' : 'Computed.';
}

/** What the stored sessions say, each with its method, its rows and its errors. */
export function Insights() {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const { data, problem, reload } = useRead<Page<InsightView>>(
    withQuery('/insights', { timeZone }),
    (event) => event.type === 'insights.computed',
  );
  const acts = useActs(reload);
  const items = data.value?.items ?? [];
  const of = <N extends InsightName>(name: N): InsightView<N> | undefined =>
    items.find((item): item is InsightView<N> => item.name === name);
  // A run that somebody else asked for is joined: no need to refuse the button meanwhile
  const isBusy = acts.busy.value;
  const demoRows = items.some((item) => 'demoRows' in item && item.demoRows > 0);
  const isEmpty = items.length > 0 && items.every((item) => 'rows' in item && item.rows === 0);
  return (
    <>
      <PageHead
        title="Insights"
        note="Computed every hour from the sessions that are stored. Where there are too few, it says so."
      >
        <button type="button" disabled={isBusy} onClick={() => acts.act(computeNow, '')}>
          {isBusy ? 'Computing…' : 'Compute now'}
        </button>
      </PageHead>
      <Problem error={problem.value ?? acts.problem.value} />
      <Done text={acts.done.value} />
      {demoRows ? (
        <div class="notice">
          <p>Demo data went into these figures: sessions that never were.</p>
          <p class="hint">
            Take it away with <code>csms-lite demo-data --remove</code>.
          </p>
        </div>
      ) : null}
      {isEmpty ? (
        <div class="notice">
          <p>There is no session and no connector to compute from yet.</p>
          <p class="hint">
            <code>csms-lite demo-data</code> makes up some, marked as demo data, to try this page with;{' '}
            <code>--remove</code> takes them away.
          </p>
        </div>
      ) : null}
      {data.value === null ? null : (
        <>
          <Card title="Load of the next day" insight={of('forecast')}>
            {(forecast) => <ForecastFigures forecast={forecast} />}
          </Card>
          <Card title="Utilisation" insight={of('utilisation')}>
            {(utilisation) => <HeatMapFigures utilisation={utilisation} />}
          </Card>
          <Card title="Health" insight={of('health')}>
            {(health) => <HealthFigures health={health} />}
          </Card>
          <Card title="Unusual connectors" insight={of('anomalies')}>
            {(anomalies) => <AnomalyFigures anomalies={anomalies} />}
          </Card>
          <Card title="Users with alike habits" insight={of('users')}>
            {(segments) => <UserFigures segments={segments} />}
          </Card>
          <Card title="Energy by duration" insight={of('energy')}>
            {(line) => <EnergyFigures line={line} />}
          </Card>
        </>
      )}
    </>
  );
}
