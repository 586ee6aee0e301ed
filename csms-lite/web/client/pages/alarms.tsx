import { useSignal } from '@preact/signals';
import type { AlarmView } from '../../../api/present-alarm.js';
import { alarmFigure } from '../../shared/alarm-figure.js';
import { ago, dayAndTime, duration, toMs } from '../../shared/format.js';
import { call, type Page } from '../api.js';
import { loaded, loadProblem, now, openAlarms } from '../live/state.js';
import { Amount, Done, PageHead, Panel, Problem, Scroll } from '../parts/basics.js';
import { type Acts, useActs, useRead } from '../use.js';
import { AlarmMail } from './alarms/mail.js';
import { AlarmRules } from './alarms/rules.js';

const TONES = { fault: 'fault', warning: 'wait' } as const;

function pageOf({ chargePointId }: AlarmView): string | null {
  return chargePointId === null ? null : `/stations/${encodeURIComponent(chargePointId)}`;
}

function Acknowledge({ alarm, acts }: { alarm: AlarmView; acts: Acts }) {
  const note = useSignal('');
  const about = `${alarm.title} ${alarm.subject}`;
  return (
    <form
      class="bar"
      onSubmit={(event) => {
        event.preventDefault();
        const text = note.value.trim();
        acts.act(
          () => call('POST', `/alarms/${alarm.id}/acknowledge`, text === '' ? {} : { note: text }),
          'Acknowledged. It stays here until its cause is gone.',
        );
      }}
    >
      <input
        aria-label={`Note on ${about}`}
        placeholder="note: who goes there"
        maxLength={1000}
        value={note.value}
        onInput={(event) => {
          note.value = event.currentTarget.value;
        }}
      />
      <button type="submit" class="small primary" disabled={acts.busy.value}>
        Acknowledge<span class="visually-hidden"> {about}</span>
      </button>
    </form>
  );
}

function OpenAlarm({ alarm, acts }: { alarm: AlarmView; acts: Acts }) {
  const page = pageOf(alarm);
  const sinceMs = toMs(alarm.since) ?? 0;
  return (
    <li>
      <div>
        <p>
          <span class={`status ${TONES[alarm.severity]}`}>{alarm.title}</span>{' '}
          {page === null ? (
            <span class="mono">{alarm.subject}</span>
          ) : (
            <a class="mono" href={page}>
              {alarm.subject}
            </a>
          )}{' '}
          <span class="muted">
            since {dayAndTime(sinceMs, now.value)} (<Amount of={duration(now.value - sinceMs)} />)
          </span>
        </p>
        <p>
          {alarm.what}{' '}
          <span class="muted">
            Raised at <Amount of={alarmFigure(alarm.figure, alarm.unit)} />, threshold{' '}
            <Amount of={alarmFigure(alarm.threshold, alarm.unit)} />.
          </span>
        </p>
        <p class="muted">{alarm.next}</p>
        {alarm.acknowledgedAt === null ? null : (
          <p>
            <span class="pill good">acknowledged</span> by {alarm.acknowledgedBy}{' '}
            {ago(toMs(alarm.acknowledgedAt), now.value)}
            {alarm.note === null ? '' : `: ${alarm.note}`}
          </p>
        )}
      </div>
      {alarm.acknowledgedAt === null ? <Acknowledge alarm={alarm} acts={acts} /> : null}
    </li>
  );
}

function Past({ alarms, total }: { alarms: readonly AlarmView[]; total: number }) {
  if (alarms.length === 0) return <p class="in muted">None yet. What is over is kept here for 400 days.</p>;
  return (
    <>
      <Scroll label="Past alarms">
        <table>
          <thead>
            <tr>
              <th>Raised</th>
              <th>Alarm</th>
              <th>What happened</th>
              <th class="number">Lasted</th>
              <th>Acknowledged</th>
            </tr>
          </thead>
          <tbody>
            {alarms.map((alarm) => (
              <tr key={alarm.id}>
                <td>{dayAndTime(toMs(alarm.raisedAt) ?? 0, now.value)}</td>
                <td>{alarm.title}</td>
                <td>{alarm.what}</td>
                <td class="number">
                  <Amount of={duration((toMs(alarm.clearedAt) ?? 0) - (toMs(alarm.since) ?? 0))} />
                </td>
                <td>
                  {alarm.acknowledgedBy ?? 'no'}
                  {alarm.note === null ? '' : `: ${alarm.note}`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {alarms.length < total ? (
        <p class="in muted">
          The newest {alarms.length} of {total}.
        </p>
      ) : null}
    </>
  );
}

/** What somebody should look at: now, before, and by which rules. */
export function Alarms() {
  const past = useRead<Page<AlarmView>>('/alarms?status=cleared&limit=100', (event) => event.type.startsWith('alarm.'));
  const acts = useActs();
  const open = [...openAlarms.value.values()].sort(
    (a, b) => Number(a.acknowledgedAt !== null) - Number(b.acknowledgedAt !== null) || b.id - a.id,
  );
  return (
    <>
      <PageHead title="Alarms" note="Raised and ended by themselves; acknowledged by people." />
      <Problem error={loadProblem.value ?? past.problem.value ?? acts.problem.value} />
      <Done text={acts.done.value} />
      <Panel title="Open" note={loaded.value ? String(open.length) : ''}>
        {open.length === 0 ? (
          <p class="in muted">
            {loaded.value
              ? 'None: every charge point that was here is here, nothing is faulted, no figure is beyond its threshold.'
              : 'Reading…'}
          </p>
        ) : (
          <ul class="knocks">
            {open.map((alarm) => (
              <OpenAlarm key={alarm.id} alarm={alarm} acts={acts} />
            ))}
          </ul>
        )}
      </Panel>
      <Panel title="Over">
        {past.data.value === null ? null : <Past alarms={past.data.value.items} total={past.data.value.total} />}
      </Panel>
      <AlarmRules />
      <AlarmMail />
    </>
  );
}
