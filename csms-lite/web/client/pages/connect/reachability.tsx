import type { ReachabilityView } from '../../../../api/routes/connect.js';
import { Copyable, Panel, Problem } from '../../parts/basics.js';
import { useActs, useRead } from '../../use.js';

/** Whether a charger in the network can reach this port, tried by the server itself. */
export function Reachability() {
  const check = useRead<ReachabilityView>('/reachability');
  const acts = useActs(check.reload);
  const view = check.data.value;
  return (
    <Panel title="Can a charger reach it?" note={view === null ? '' : `port ${view.port}`}>
      <Problem error={check.problem.value} />
      {view === null ? null : (
        <div class="in steps-text">
          {view.addresses.length === 0 ? (
            <p>
              <span class="status wait">No network</span> This machine has no address in a network, only its own.
            </p>
          ) : (
            <ul>
              {view.addresses.map(({ address, url, reachable }) => (
                <li key={address}>
                  <span class={`status ${reachable ? 'live' : 'fault'}`}>
                    {reachable ? 'Answers' : 'Does not answer'}
                  </span>{' '}
                  <span class="mono">{reachable ? url : address}</span>
                </li>
              ))}
            </ul>
          )}
          {view.loopbackOnly && view.addresses.length > 0 ? (
            <>
              <p>
                csms-lite listens for this machine only. To let chargers of the network in, start it so; it then asks
                for a sign-in and prints a link for the first administrator:
              </p>
              <Copyable text={`csms-lite serve --host 0.0.0.0 --port ${view.port}`} />
            </>
          ) : null}
          {view.loopbackOnly ? null : (
            <p class="muted">
              Tried from this machine. If a charger still does not appear, a firewall on the way, or on this machine,
              keeps it out: allow TCP port {view.port}.
            </p>
          )}
          <div>
            <button type="button" disabled={acts.busy.value} onClick={() => acts.act(async () => undefined, '')}>
              Try again
            </button>
          </div>
        </div>
      )}
    </Panel>
  );
}
