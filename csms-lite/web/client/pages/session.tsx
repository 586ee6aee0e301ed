import { useComputed, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { SampleView, TransactionEventView, TransactionView } from '../../../api/present.js';
import { clock, dayAndTime, duration, energy, power, toMs } from '../../shared/format.js';
import { ApiProblem, type Page, read } from '../api.js';
import { now } from '../live/state.js';
import { generation, onLive } from '../live/stream.js';
import { Amount, PageHead, Panel, Problem, Scroll } from '../parts/basics.js';
import { Chart } from '../parts/chart.js';
import { curvesOf } from './curves.js';
import { FLAG_TEXTS } from './flags.js';
import { sessionLengthMs } from './sessions.js';

/** New samples are read at most this often while the session runs. */
const READ_EVERY_MS = 2000;

function Facts({ session }: { session: TransactionView }) {
  const live = session.status === 'active' ? session.live : null;
  return (
    <dl class="facts">
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
          {session.chargePointId} · {session.connectorId}
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

function RawEvents({ events }: { events: readonly TransactionEventView[] }) {
  if (events.length === 0) return <p class="in muted">Nothing was reported.</p>;
  return (
    <ol class="log">
      {events.map((event) => (
        <li key={event.id}>
          <details>
            <summary class="short">
              <time dateTime={event.receivedAt}>{clock(toMs(event.receivedAt) ?? 0)}</time>
              <span class="action">{event.action}</span>
              <span class="muted">{event.effect === 'stored' ? '' : event.effect}</span>
            </summary>
            <pre>{JSON.stringify(event.payload, null, 2)}</pre>
          </details>
        </li>
      ))}
    </ol>
  );
}

function Samples({ samples }: { samples: readonly SampleView[] }) {
  return (
    <details>
      <summary class="in">All {samples.length} meter samples</summary>
      <Scroll label="Meter samples">
        <table>
          <thead>
            <tr>
              <th>Time</th>
              <th>Measurand</th>
              <th>Phase</th>
              <th class="number">Value</th>
              <th>Context</th>
              <th>As sent</th>
            </tr>
          </thead>
          <tbody>
            {samples.slice(-500).map((sample, index) => (
              <tr key={`${sample.at} ${sample.measurand} ${sample.phase ?? ''} ${index}`}>
                <td>{clock(toMs(sample.at) ?? 0)}</td>
                <td>{sample.measurand}</td>
                <td>{sample.phase ?? ''}</td>
                <td class="number">
                  {sample.value ?? '–'}
                  <span class="unit">{sample.unit}</span>
                </td>
                <td>{sample.context}</td>
                <td class="mono">
                  {sample.rawValue} {sample.rawUnit ?? ''}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </details>
  );
}

/** One session: its curve, its figures, and what the charger said about it word by word. */
export function Session({ id }: { id: string }) {
  const session = useSignal<TransactionView | null>(null);
  const samples = useSignal<readonly SampleView[]>([]);
  const events = useSignal<readonly TransactionEventView[]>([]);
  const problem = useSignal<Error | null>(null);
  const chart = useComputed(() => (session.value === null ? null : curvesOf(session.value, samples.value)));

  const load = async (): Promise<void> => {
    try {
      const [one, sampled, told] = await Promise.all([
        read<TransactionView>(`/transactions/${encodeURIComponent(id)}`),
        read<Page<SampleView>>(`/transactions/${encodeURIComponent(id)}/samples`),
        read<Page<TransactionEventView>>(`/transactions/${encodeURIComponent(id)}/events`),
      ]);
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
      <Panel title="Energy and power">
        {chart.value === null ? (
          <p class="in muted">Fewer than two meter samples so far; the curve appears with the next one.</p>
        ) : (
          <Chart times={chart.value.times} curves={chart.value.curves} label={chart.value.label} />
        )}
        {samples.value.length === 0 ? null : <Samples samples={samples.value} />}
      </Panel>
      <Panel title="As the charge point told it" note="raw, nothing left out">
        <RawEvents events={events.value} />
      </Panel>
    </>
  );
}
