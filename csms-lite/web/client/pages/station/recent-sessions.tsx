import type { TransactionView } from '../../../../api/present.js';
import { dayAndTime, duration, energy, toMs } from '../../../shared/format.js';
import { type Page, withQuery } from '../../api.js';
import { now } from '../../live/state.js';
import { Amount, Panel, Problem, Scroll } from '../../parts/basics.js';
import { DemoMark } from '../../parts/demo-mark.js';
import { useRead } from '../../use.js';
import { sessionLengthMs } from '../sessions.js';

/** The newest sessions of one charge point. */
export function RecentSessions({ chargePointId }: { chargePointId: string }) {
  const { data, problem } = useRead<Page<TransactionView>>(
    withQuery('/transactions', { chargePointId, limit: 10 }),
    (event) =>
      (event.type === 'transaction.started' || event.type === 'transaction.stopped') &&
      event.transaction.chargePointId === chargePointId,
  );
  const page = data.value;
  return (
    <Panel title="Sessions" note={page === null ? undefined : `the newest ${page.items.length} of ${page.total}`}>
      <Problem error={problem.value} />
      {page === null ? null : page.items.length === 0 ? (
        <p class="in muted">None yet. A session begins when an accepted card is held to the charger.</p>
      ) : (
        <Scroll label="Sessions of this charge point">
          <table>
            <thead>
              <tr>
                <th>Started</th>
                <th>Connector</th>
                <th class="number">Energy</th>
                <th class="number">Time</th>
                <th>Tag</th>
                <th>End</th>
              </tr>
            </thead>
            <tbody>
              {page.items.map((session) => (
                <tr key={session.id}>
                  <td>
                    <a href={`/sessions/${session.id}`}>{dayAndTime(toMs(session.startedAt) ?? 0, now.value)}</a>
                  </td>
                  <td>{session.connectorId}</td>
                  <td class="number">
                    <Amount of={energy(session.energyWh)} />
                  </td>
                  <td class="number">
                    <Amount of={duration(sessionLengthMs(session))} />
                  </td>
                  <td class="mono">{session.idTag}</td>
                  <td>
                    {session.status === 'active' ? <span class="status live">running</span> : session.stopReason}{' '}
                    <DemoMark of={session} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </Panel>
  );
}
