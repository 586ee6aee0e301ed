import type { Figures } from '../../../core/services.js';
import { bytes, dayAndTime, duration, toMs } from '../../shared/format.js';
import { call, type Page } from '../api.js';
import { facts } from '../facts.js';
import { now } from '../live/state.js';
import { Amount, Done, PageHead, Panel, Problem, Scroll } from '../parts/basics.js';
import { useActs, useRead } from '../use.js';
import { Firebase } from './system/firebase.js';

interface Health {
  status: string;
  version: string;
  uptimeS: number;
}

/** As `GET /backups`. */
interface BackupView {
  name: string;
  createdAt: string;
  version: string;
}

/** Backups of the running server, made with one button. */
function Backups() {
  const backups = useRead<Page<BackupView>>('/backups');
  const acts = useActs(backups.reload);
  const items = backups.data.value?.items ?? [];
  return (
    <Panel title="Backups" note="in the data folder, under backups">
      <div class="bar in">
        <button
          type="button"
          class="primary"
          disabled={acts.busy.value}
          onClick={() => acts.act(() => call('POST', '/backups'), 'The backup is made.')}
        >
          {acts.busy.value ? 'Backing up…' : 'Back up now'}
        </button>
      </div>
      <Problem error={backups.problem.value ?? acts.problem.value} />
      <Done text={acts.done.value} />
      {backups.data.value === null ? null : items.length === 0 ? (
        <p class="in muted">None yet. Restoring is done with the server stopped: csms-lite restore.</p>
      ) : (
        <Scroll label="Backups">
          <table>
            <thead>
              <tr>
                <th>Made</th>
                <th>Folder</th>
                <th>By csms-lite</th>
              </tr>
            </thead>
            <tbody>
              {items.map(({ name, createdAt, version }) => (
                <tr key={name}>
                  <td>{dayAndTime(toMs(createdAt) ?? 0, now.value)}</td>
                  <td class="mono">{name}</td>
                  <td>{version}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </Panel>
  );
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
      <Backups />
      <Firebase />
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
