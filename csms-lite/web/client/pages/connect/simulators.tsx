import { useSignal } from '@preact/signals';
import type { SimulatorView } from '../../../../api/routes/connect.js';
import { call, type Page } from '../../api.js';
import { Copyable, Done, Panel, Problem } from '../../parts/basics.js';
import { useActs, useRead } from '../../use.js';

/** A charge point to try with: only where tapwatt is installed beside csms-lite. */
export function Simulators() {
  const simulators = useRead<Page<SimulatorView> & { available: boolean }>('/simulators');
  const acts = useActs(simulators.reload);
  const name = useSignal('SIM-1');
  const view = simulators.data.value;
  if (view?.available !== true) return null;
  return (
    <Panel title="No charger at hand?" note="the real tapwatt on simulated hardware; it ends with csms-lite">
      <Problem error={simulators.problem.value ?? acts.problem.value} />
      <Done text={acts.done.value} />
      <form
        class="bar in"
        onSubmit={(event) => {
          event.preventDefault();
          const id = name.value.trim();
          acts.act(() => call('POST', '/simulators', { id }), `${id} is starting; it appears under Stations.`);
        }}
      >
        <label class="field">
          Its name
          <input
            value={name.value}
            required
            maxLength={40}
            onInput={(event) => {
              name.value = event.currentTarget.value;
            }}
          />
        </label>
        <button type="submit" class="primary" disabled={acts.busy.value}>
          Start a simulated charge point
        </button>
      </form>
      {view.items.length === 0 ? null : (
        <ul class="knocks">
          {view.items.map(({ id, controlSocket }) => (
            <li key={id}>
              <div>
                <p>
                  <strong class="mono">{id}</strong> <span class="muted">A car, then a card, in a terminal:</span>
                </p>
                <Copyable text={`npx tapwatt --socket ${controlSocket} plug-in`} />
                <Copyable text={`npx tapwatt --socket ${controlSocket} tap A1B2C3D4`} />
              </div>
              <button
                type="button"
                class="small"
                disabled={acts.busy.value}
                onClick={() =>
                  acts.act(() => call('DELETE', `/simulators/${encodeURIComponent(id)}`), `${id} is stopped.`)
                }
              >
                Stop<span class="visually-hidden"> {id}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
