import type { Figures } from '../../../core/services.js';
import { bytes, duration } from '../../shared/format.js';
import { facts } from '../facts.js';
import { Amount, PageHead, Panel, Problem, Scroll } from '../parts/basics.js';
import { useRead } from '../use.js';

interface Health {
  status: string;
  version: string;
  uptimeS: number;
}

/** How the server itself is. */
export function System() {
  const figures = useRead<Figures>('/figures');
  const health = useRead<Health>('/health');
  const known = figures.data.value;
  const calls = Object.entries(known?.callsReceived ?? {}).sort(([, a], [, b]) => b - a);
  return (
    <>
      <PageHead title="System" note={`csms-lite ${facts.version}`}>
        <button
          type="button"
          onClick={() => {
            void figures.reload();
            void health.reload();
          }}
        >
          Read again
        </button>
      </PageHead>
      <Problem error={figures.problem.value ?? health.problem.value} />
      {known === null ? null : (
        <dl class="figures">
          <div>
            <dt>database</dt>
            <dd>
              <Amount of={bytes(known.databaseBytes)} />
            </dd>
          </div>
          <div>
            <dt>running for</dt>
            <dd>
              <Amount of={duration(health.data.value === null ? null : health.data.value.uptimeS * 1000)} />
            </dd>
          </div>
          <div>
            <dt>charge points connected</dt>
            <dd>{known.connectedStations}</dd>
          </div>
          <div>
            <dt>sessions running</dt>
            <dd>{known.activeTransactions}</dd>
          </div>
          <div>
            <dt>commands without answer</dt>
            <dd>{known.pendingCommands}</dd>
          </div>
        </dl>
      )}
      <Panel title="Messages from chargers" note="since the server was started">
        {calls.length === 0 ? (
          <p class="in muted">None yet.</p>
        ) : (
          <Scroll label="Messages by action">
            <table>
              <thead>
                <tr>
                  <th>Action</th>
                  <th class="number">Received</th>
                </tr>
              </thead>
              <tbody>
                {calls.map(([action, count]) => (
                  <tr key={action}>
                    <td>{action}</td>
                    <td class="number">{count.toLocaleString('en-GB')}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        )}
      </Panel>
    </>
  );
}
