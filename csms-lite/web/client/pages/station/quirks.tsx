import { dayAndTime, toMs } from '../../../shared/format.js';
import type { Page } from '../../api.js';
import { now } from '../../live/state.js';
import { Panel, Problem, Scroll } from '../../parts/basics.js';
import { useRead } from '../../use.js';

/** As `GET /charge-points/{id}/quirks`. */
interface QuirkView {
  action: string;
  where: 'call' | 'result' | 'connection';
  path: string;
  message: string;
  verdict: 'strict' | 'warn';
  count: number;
  lastSeenAt: string;
}

/** In which ways the charger breaks OCPP, counted. */
export function Quirks({ chargePointId }: { chargePointId: string }) {
  const { data, problem } = useRead<Page<QuirkView>>(
    `/charge-points/${encodeURIComponent(chargePointId)}/quirks?limit=100`,
  );
  const page = data.value;
  return (
    <Panel title="Where it breaks OCPP" note={page === null ? undefined : `${page.total} ways`}>
      <Problem error={problem.value} />
      {page === null ? null : page.items.length === 0 ? (
        <p class="in muted">Nowhere so far: every message fitted its schema.</p>
      ) : (
        <Scroll label="Where it breaks OCPP">
          <table>
            <thead>
              <tr>
                <th>Message</th>
                <th>Place</th>
                <th>What is wrong</th>
                <th class="number">Times</th>
                <th>Last</th>
                <th>Then</th>
              </tr>
            </thead>
            <tbody>
              {page.items.map((quirk) => (
                <tr key={`${quirk.action} ${quirk.where} ${quirk.path} ${quirk.message}`}>
                  <td>
                    {quirk.action}
                    {quirk.where === 'result' ? ' answer' : ''}
                  </td>
                  <td class="mono">{quirk.path}</td>
                  <td>{quirk.message}</td>
                  <td class="number">{quirk.count}</td>
                  <td>{dayAndTime(toMs(quirk.lastSeenAt) ?? 0, now.value)}</td>
                  <td>{quirk.verdict === 'strict' ? 'refused' : 'served'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </Panel>
  );
}
