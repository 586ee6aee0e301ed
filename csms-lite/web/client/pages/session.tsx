import { useComputed, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { SampleView, TransactionEventView, TransactionView } from '../../../api/present.js';
import { bandsOf, type StatusAt, type StatusBand } from '../../shared/bands.js';
import { dayAndTime, duration, energy, power, toMs } from '../../shared/format.js';
import { readingsOf } from '../../shared/readings.js';
import { ApiProblem, type Page, read } from '../api.js';
import { now } from '../live/state.js';
import { generation, onLive } from '../live/stream.js';
import { Amount, PageHead, Panel, Problem } from '../parts/basics.js';
import { type Band, Chart } from '../parts/chart.js';
import { DemoMark } from '../parts/demo-mark.js';
import { ReadingCharts } from '../parts/reading-charts.js';
import { curvesOf } from './curves.js';
import { FLAG_TEXTS } from './flags.js';
import { CostPanel } from './session/cost.js';
import { RawEvents, Samples } from './session/records.js';
import { sessionLengthMs } from './sessions.js';
import { stationHref } from './stations.js';

/** New samples are read at most this often while the session runs. */
const READ_EVERY_MS = 2000;

function Facts({ session }: { session: TransactionView }) {
  const live = session.status === 'active' ? session.live : null;
  return (
    <dl class="facts quiet-links">
      <div class="big">
        <dt>Energy</dt>
        <dd>
          <Amount of={energy(session.energyWh)} />
        </dd>
      </div>
      <div class="big">
        <dt>Time</dt>
        <dd>
          <Amount of={duration(sessionLengthMs(session))} />
        </dd>
      </div>
      {live === null ? null : (
        <div class="big">
          <dt>Power</dt>
          <dd>
            <Amount of={power(live.powerW)} />
          </dd>
        </div>
      )}
      <div>
        <dt>Tag</dt>
        <dd class="mono">{session.idTag}</dd>
      </div>
      <div>
        <dt>Connector</dt>
        <dd>
          <a href={stationHref(session.chargePointId)}>{session.chargePointId}</a> · {session.connectorId}
        </dd>
      </div>
      <div>
        <dt>Started</dt>
        <dd>{dayAndTime(toMs(session.startedAt) ?? 0, now.value)}</dd>
      </div>
      {session.stoppedAt === null ? null : (
        <div>
          <dt>Ended</dt>
          <dd>
            {dayAndTime(toMs(session.stoppedAt) ?? 0, now.value)} ({session.stopReason})
          </dd>
        </div>
      )}
      <div>
        <dt>Meter</dt>
        <dd>
          {session.meterStart} → {session.meterStop ?? '…'} Wh
        </dd>
      </div>
      <div>
        <dt>OCPP transactionId</dt>
        <dd>{session.transactionId}</dd>
      </div>
    </dl>
  );
}

/** The statuses of its connector while it ran: told by colour behind the curves and by this list. */
function BandLegend({ bands }: { bands: readonly StatusBand[] }) {
  const totals = new Map<string, { band: StatusBand; lengthMs: number }>();
  for (const band of bands) {
    const known = totals.get(band.status);
    totals.set(band.status, { band, lengthMs: (known?.lengthMs ?? 0) + band.toMs - band.fromMs });
  }
  if (totals.size === 0) return null;
  return (
    <ul class="band-legend" aria-label="How long in which state">
      {[...totals.values()].map(({ band, lengthMs }) => (
        <li key={band.status}>
          <span class="swatch" style={{ background: `var(${band.colour})` }} />
          {band.text} <Amount of={duration(lengthMs)} />
        </li>
      ))}
    </ul>
  );
}

/** One session: its curve, its figures, and what the charger said about it word by word. */
export function Session({ id }: { id: string }) {
  const session = useSignal<TransactionView | null>(null);
  const samples = useSignal<readonly SampleView[]>([]);
  const events = useSignal<readonly TransactionEventView[]>([]);
  const statuses = useSignal<readonly StatusAt[]>([]);
  const problem = useSignal<Error | null>(null);
  const readings = useComputed(() => readingsOf(samples.value));
  const bands = useComputed(() => {
    const { value } = session;
    if (value === null) return [];
    const newestMs = readings.value.at(-1)?.atMs ?? 0;
    const toMsOrNow = toMs(value.stoppedAt) ?? Math.max(newestMs, toMs(value.live?.at) ?? 0);
    return bandsOf(statuses.value, toMs(value.startedAt) ?? 0, toMsOrNow);
  });
  const chartBands = useComputed((): Band[] =>
    bands.value.map(({ fromMs, toMs: untilMs, colour }) => ({ from: fromMs / 1000, to: untilMs / 1000, colour })),
  );
  const chart = useComputed(() => (session.value === null ? null : curvesOf(session.value, samples.value)));

  const load = async (): Promise<void> => {
    try {
      const [one, sampled, told] = await Promise.all([
        read<TransactionView>(`/transactions/${encodeURIComponent(id)}`),
        read<Page<SampleView>>(`/transactions/${encodeURIComponent(id)}/samples`),
        read<Page<TransactionEventView>>(`/transactions/${encodeURIComponent(id)}/events`),
      ]);
      statuses.value = (
        await read<Page<StatusAt>>(
          `/charge-points/${encodeURIComponent(one.chargePointId)}/statuses?connectorId=${one.connectorId}&limit=500`,
        ).catch(() => ({ items: [] }))
      ).items;
      session.value = one;
      samples.value = sampled.items;
      events.value = told.items;
      problem.value = null;
    } catch (error) {
      problem.value = error as Error;
    }
  };

  // Another session or a gap in the stream is what reads again
  useEffect(() => {
    void load();
  }, [id, generation.value]);

  // `load` reads the same session as long as `id` is the same
  useEffect(() => {
    let timer: number | undefined;
    const stop = onLive((event) => {
      if (!('transaction' in event) || String(event.transaction.id) !== id) return;
      session.value = event.transaction;
      timer ??= window.setTimeout(
        () => {
          timer = undefined;
          void load();
        },
        event.type === 'transaction.metered' ? READ_EVERY_MS : 200,
      );
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [id]);

  const one = session.value;
  if (one === null) {
    const missing = problem.value instanceof ApiProblem && problem.value.code === 'transaction_not_found';
    return (
      <>
        <PageHead title={missing ? 'No such session' : 'Session'} />
        <Problem error={problem.value} />
      </>
    );
  }
  return (
    <>
      <PageHead title={`Session ${one.id}`} note={<a href="/sessions">All sessions</a>}>
        <DemoMark of={one} />
        {one.status === 'active' ? <span class="status live">Running</span> : <span class="pill">Ended</span>}
      </PageHead>
      <Problem error={problem.value} />
      {one.qualityFlags.map((flag) => (
        <div class="notice" key={flag}>
          <p>{FLAG_TEXTS[flag] ?? flag}</p>
        </div>
      ))}
      <section class="panel">
        <div class="in">
          <Facts session={one} />
        </div>
      </section>
      <Panel title="What flowed">
        {chart.value === null ? (
          <p class="in muted">Fewer than two meter samples so far; the curve appears with the next one.</p>
        ) : (
          <>
            <Chart
              times={chart.value.times}
              curves={chart.value.curves}
              label={chart.value.label}
              sync={`session-${id}`}
              bands={chartBands.value}
            />
            <BandLegend bands={bands.value} />
            <ReadingCharts
              readings={readings.value}
              sync={`session-${id}`}
              bands={chartBands.value}
              without={['powerW']}
              padRight={chart.value.curves.length > 1 ? 76 : null}
            />
          </>
        )}
        {samples.value.length === 0 ? null : <Samples samples={samples.value} />}
      </Panel>
      <CostPanel id={id} />
      <Panel title="As the charge point told it" note="raw, nothing left out">
        <RawEvents events={events.value} />
      </Panel>
    </>
  );
}
