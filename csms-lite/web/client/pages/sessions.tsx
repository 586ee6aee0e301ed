import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { TransactionView } from '../../../api/present.js';
import { dayAndTime, duration, energy, power, toMs } from '../../shared/format.js';
import { type Page, read, withQuery } from '../api.js';
import { now, stationList } from '../live/state.js';
import { generation, onLive } from '../live/stream.js';
import { Amount, PageHead, Problem, Scroll } from '../parts/basics.js';
import { DemoMark } from '../parts/demo-mark.js';
import { FLAG_TEXTS } from './flags.js';

const PAGE = 50;

interface Filter {
  chargePointId: string;
  idTag: string;
  status: string;
}

function matches(session: TransactionView, filter: Filter): boolean {
  return (
    (filter.chargePointId === '' || session.chargePointId === filter.chargePointId) &&
    (filter.idTag === '' || session.idTag.toLowerCase() === filter.idTag.toLowerCase()) &&
    (filter.status === '' || session.status === filter.status)
  );
}

export function sessionLengthMs(session: TransactionView): number | null {
  const from = toMs(session.startedAt);
  const to = toMs(session.stoppedAt) ?? (session.status === 'active' ? now.value : null);
  return from === null || to === null ? null : to - from;
}

/** W on average; null for what is too short to mean anything. */
function averageW(session: TransactionView): number | null {
  const lengthMs = sessionLengthMs(session);
  return lengthMs === null || lengthMs < 10_000 ? null : (session.energyWh * 3_600_000) / lengthMs;
}

function Row({ session }: { session: TransactionView }) {
  return (
    <tr>
      <td>
        <a href={`/sessions/${session.id}`}>{dayAndTime(toMs(session.startedAt) ?? 0, now.value)}</a>
      </td>
      <td class="number">
        <Amount of={energy(session.energyWh)} />
      </td>
      <td class="number">
        <Amount of={duration(sessionLengthMs(session))} />
      </td>
      <td class="number wide">
        <Amount of={power(averageW(session))} />
      </td>
      <td>
        {session.chargePointId} · {session.connectorId}
      </td>
      <td class="mono">{session.idTag}</td>
      <td>{session.status === 'active' ? <span class="status live">running</span> : (session.stopReason ?? '')}</td>
      <td>
        <DemoMark of={session} />
        {session.qualityFlags.map((flag) => (
          <span class="pill" key={flag} title={FLAG_TEXTS[flag] ?? flag}>
            {flag}
          </span>
        ))}
      </td>
    </tr>
  );
}

function Filters({ filter, change }: { filter: Filter; change: (part: Partial<Filter>) => void }) {
  return (
    <search class="bar">
      <label class="field">
        Charge point
        <select value={filter.chargePointId} onChange={(event) => change({ chargePointId: event.currentTarget.value })}>
          <option value="">all</option>
          {stationList.value.map((station) => (
            <option key={station.id} value={station.id}>
              {station.displayName ?? station.id}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        Tag
        <input
          value={filter.idTag}
          placeholder="any"
          size={14}
          onChange={(event) => change({ idTag: event.currentTarget.value.trim() })}
        />
      </label>
      <label class="field">
        State
        <select value={filter.status} onChange={(event) => change({ status: event.currentTarget.value })}>
          <option value="">all</option>
          <option value="active">running</option>
          <option value="completed">ended</option>
        </select>
      </label>
      <a
        class="button"
        download="sessions.csv"
        href={`/api/v1${withQuery('/transactions.csv', { chargePointId: filter.chargePointId, idTag: filter.idTag })}`}
      >
        CSV
      </a>
    </search>
  );
}

/** Every session, newest first; running ones move. */
export function Sessions() {
  const filter = useSignal<Filter>({ chargePointId: '', idTag: '', status: '' });
  const items = useSignal<readonly TransactionView[]>([]);
  const total = useSignal<number | null>(null);
  const problem = useSignal<Error | null>(null);

  const load = async (offset: number): Promise<void> => {
    const asked = filter.value;
    try {
      const page = await read<Page<TransactionView>>(withQuery('/transactions', { ...asked, limit: PAGE, offset }));
      if (asked !== filter.value) return;
      const known = new Set(offset === 0 ? [] : items.value.map((session) => session.id));
      const fresh = page.items.filter((session) => !known.has(session.id));
      items.value = offset === 0 ? fresh : [...items.value, ...fresh];
      total.value = page.total;
      problem.value = null;
    } catch (error) {
      problem.value = error as Error;
    }
  };

  // A new filter or a gap in the stream is what reads again
  useEffect(() => {
    void load(0);
  }, [filter.value, generation.value]);

  // Signals are read when an event comes
  useEffect(
    () =>
      onLive((event) => {
        if (
          event.type !== 'transaction.started' &&
          event.type !== 'transaction.metered' &&
          event.type !== 'transaction.stopped'
        )
          return;
        const { transaction } = event;
        const at = items.value.findIndex((session) => session.id === transaction.id);
        if (!matches(transaction, filter.value)) {
          if (at >= 0) {
            items.value = items.value.filter((session) => session.id !== transaction.id);
            total.value = (total.value ?? 1) - 1;
          }
        } else if (at >= 0) {
          items.value = items.value.map((session) => (session.id === transaction.id ? transaction : session));
        } else if (event.type === 'transaction.started') {
          items.value = [transaction, ...items.value];
          total.value = (total.value ?? 0) + 1;
        }
      }),
    [],
  );

  return (
    <>
      <PageHead title="Sessions" note={total.value === null ? undefined : `${total.value} in all, newest first`}>
        <Filters
          filter={filter.value}
          change={(part) => {
            filter.value = { ...filter.value, ...part };
          }}
        />
      </PageHead>
      <Problem error={problem.value} />
      {total.value === 0 ? (
        <div class="panel empty">
          <h2>No session here</h2>
          <p>
            A session begins when a card that is accepted is held to a charger. Refused cards wait under{' '}
            <a href="/tags">Tags</a>.
          </p>
        </div>
      ) : (
        <section class="panel">
          <Scroll label="Sessions">
            <table>
              <thead>
                <tr>
                  <th>Started</th>
                  <th class="number">Energy</th>
                  <th class="number">Time</th>
                  <th class="number wide">Average</th>
                  <th>Charge point</th>
                  <th>Tag</th>
                  <th>End</th>
                  <th>
                    <span class="visually-hidden">Remarks</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {items.value.map((session) => (
                  <Row key={session.id} session={session} />
                ))}
              </tbody>
            </table>
          </Scroll>
        </section>
      )}
      {total.value !== null && items.value.length < total.value ? (
        <div>
          <button type="button" onClick={() => void load(items.value.length)}>
            Older sessions
          </button>
        </div>
      ) : null}
    </>
  );
}
