import type { FirebaseView } from '../../../../api/present-firebase.js';
import { ago, dayAndTime, toMs } from '../../../shared/format.js';
import { now } from '../../live/state.js';
import { Panel, Problem } from '../../parts/basics.js';
import { useRead } from '../../use.js';

/** How the copy of the chargers’ states in Firebase stands. */
export function Firebase() {
  const read = useRead<FirebaseView>('/firebase');
  const view = read.data.value;
  return (
    <Panel title="Firebase" note="the chargers’ states for phones that are not in this network">
      <Problem error={read.problem.value} />
      {view === null ? null : view.configured ? (
        <>
          <div class="bar in">
            <button type="button" onClick={() => void read.reload()}>
              Read again
            </button>
          </div>
          <dl class="figures">
            <div>
              <dt>link</dt>
              <dd>{view.isLinked ? 'up' : 'down'}</dd>
            </div>
            <div>
              <dt>last write</dt>
              <dd>{ago(toMs(view.lastWriteAt), now.value)}</dd>
            </div>
            <div>
              <dt>chargers that wait to be written</dt>
              <dd>{view.pending}</dd>
            </div>
            <div>
              <dt>writes since start</dt>
              <dd>{view.writes}</dd>
            </div>
          </dl>
          <p class="in muted mono">{view.databaseUrl}</p>
          {view.lastError === null ? null : (
            <p class="in tone-fault">
              {dayAndTime(toMs(view.lastError.at) ?? 0, now.value)}: {view.lastError.message}
            </p>
          )}
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
