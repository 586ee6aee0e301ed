import type { ComponentChildren } from 'preact';
import type { InsightView, ResultViews } from '../../../../api/present-insight.js';
import type { InsightName } from '../../../../insights/model.js';
import { dayAndTime, toMs } from '../../../shared/format.js';
import { now } from '../../live/state.js';
import { Panel } from '../../parts/basics.js';
import { DemoMark } from '../../parts/demo-mark.js';

type Computed = Exclude<InsightView, { status: 'not-computed' }>;

/** What every card says of its figures: how they came about, of how many rows, from when to when, and when. */
function Origin({ insight }: { insight: Computed }) {
  const at = (text: string): string => dayAndTime(toMs(text) ?? 0, now.value);
  const { rows, demoRows, window } = insight;
  return (
    <dl class="origin">
      {insight.method === '' ? null : (
        <div>
          <dt>Method</dt>
          <dd>{insight.method}</dd>
        </div>
      )}
      <div>
        <dt>Rows</dt>
        <dd>
          n = {rows} <DemoMark of={{ demo: demoRows > 0 }} />
          {demoRows > 0 && demoRows < rows ? ` ${demoRows} of them` : null}
        </dd>
      </div>
      <div>
        <dt>Window</dt>
        <dd>
          {at(window.from)} to {at(window.to)}
        </dd>
      </div>
      <div>
        <dt>Computed</dt>
        <dd>
          {at(insight.computedAt)} in {(insight.durationMs / 1000).toFixed(1)} s
          {insight.requestedBy === undefined ? ' by the clock' : ` for ${insight.requestedBy}`}
        </dd>
      </div>
    </dl>
  );
}

function Missing({ of, have, need }: { of: string; have: number; need: number }) {
  return (
    <div class="in missing">
      <p>
        Not enough data (n = {have} &lt; {need}).
      </p>
      <p class="muted">
        Number of {of}: {have}. At least {need} {need === 1 ? 'is' : 'are'} needed; then the figures come by themselves.
      </p>
    </div>
  );
}

/** One insight: its figures where there are any, else what is missing. */
export function Card<N extends InsightName>({
  title,
  insight,
  children,
}: {
  title: string;
  insight: InsightView<N> | undefined;
  children: (result: ResultViews[N]) => ComponentChildren;
}) {
  // The union over all names, which the compiler can tell apart by its status
  const one = insight as InsightView | undefined;
  if (one === undefined || one.status === 'not-computed') {
    return (
      <Panel title={title}>
        <p class="in muted">Not computed yet. That is done every hour, and now with the button above.</p>
      </Panel>
    );
  }
  return (
    <Panel title={title}>
      <Origin insight={one} />
      {one.status === 'ok' ? children(one.result as ResultViews[N]) : null}
      {one.status === 'not-enough-data' ? <Missing {...one.shortage} /> : null}
      {one.status === 'failed' ? (
        <div class="notice fault" role="alert">
          <p>This model failed: {one.reason}</p>
          <p class="hint">The server’s log has the cause. Please report it.</p>
        </div>
      ) : null}
    </Panel>
  );
}
