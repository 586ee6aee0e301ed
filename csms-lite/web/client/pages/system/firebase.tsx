import type { FirebaseView } from '../../../../api/present-firebase.js';
import { ago, dayAndTime, toMs } from '../../../shared/format.js';
import { now } from '../../live/state.js';
import { Panel, Problem } from '../../parts/basics.js';
import { useRead } from '../../use.js';

/** What changes a charger's state is soon written; readings come too often to look each time. */
const WRITTEN_AT_ONCE = /^(?:station|connector)\.|^transaction\.st/;

/** How the copy of the chargers’ states in Firebase stands. */
export function Firebase() {
  const read = useRead<FirebaseView>('/firebase', ({ type }) => WRITTEN_AT_ONCE.test(type));
  const view = read.data.value;
  return (
    <Panel title="Firebase" note="the chargers’ states for phones that are not in this network">
      <Problem error={read.problem.value} />
      {view === null ? null : view.configured ? (
        <>
          <dl class="facts in">
            <div>
              <dt>Link</dt>
              <dd>{view.isLinked ? 'up' : <span class="tone-fault">down</span>}</dd>
            </div>
            <div>
              <dt>Last write</dt>
              <dd>{ago(toMs(view.lastWriteAt), now.value)}</dd>
            </div>
            <div>
              <dt>Chargers that wait to be written</dt>
              <dd>{view.pending}</dd>
            </div>
            <div>
              <dt>Writes since start</dt>
              <dd>{view.writes.toLocaleString('en-GB')}</dd>
            </div>
            <div>
              <dt>Database</dt>
              <dd class="mono">{view.databaseUrl}</dd>
            </div>
          </dl>
          {view.lastError === null ? null : (
            <p class="in tone-fault">
              {dayAndTime(toMs(view.lastError.at) ?? 0, now.value)}: {view.lastError.message}
            </p>
          )}
          <div class="bar in">
            <button type="button" onClick={() => void read.reload()}>
              Read again
            </button>
          </div>
        </>
      ) : (
        <p class="in muted">
          Not set up. Start the server with --firebase-credentials and --firebase-database; docs/firebase.md says where
          both come from.
        </p>
      )}
    </Panel>
  );
}
