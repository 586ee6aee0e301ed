import { useSignal } from '@preact/signals';
import type { ChargePointView } from '../../../api/present.js';
import { ago, toMs } from '../../shared/format.js';
import { loaded, loadProblem, now, stationList } from '../live/state.js';
import { PageHead, Problem, Scroll, Status } from '../parts/basics.js';
import { DemoMark } from '../parts/demo-mark.js';

type State = '' | 'online' | 'offline' | 'charging' | 'faulted' | 'blocked';

const STATES: Readonly<Record<Exclude<State, ''>, (station: ChargePointView) => boolean>> = {
  online: (station) => station.connected,
  offline: (station) => !station.connected,
  charging: (station) => station.connectors.some((connector) => connector.transactionId !== null),
  faulted: (station) => [station.mainStatus, ...station.connectors].some((one) => one?.status === 'Faulted'),
  blocked: (station) => station.admission === 'blocked',
};

function fits(station: ChargePointView, text: string, state: State): boolean {
  if (state !== '' && !STATES[state](station)) return false;
  const { id, displayName, vendor, model, serialNumber, firmwareVersion } = station;
  const haystack = [id, displayName, vendor, model, serialNumber, firmwareVersion].join(' ').toLowerCase();
  return haystack.includes(text.trim().toLowerCase());
}

export function stationHref(id: string, tab?: string): string {
  return `/stations/${encodeURIComponent(id)}${tab === undefined ? '' : `/${tab}`}`;
}

function Row({ station }: { station: ChargePointView }) {
  return (
    <tr class={station.connected ? '' : 'offline'}>
      <td>
        <a href={stationHref(station.id)}>{station.displayName ?? station.id}</a>
        {station.displayName === undefined ? null : <span class="muted mono"> {station.id}</span>}
      </td>
      <td>
        <DemoMark of={station} />
        {station.admission === 'blocked' ? <span class="pill fault">blocked</span> : null}
        {station.connected ? (
          <span class="status live">Online</span>
        ) : (
          <span class="status hollow">Offline, heard {ago(toMs(station.lastSeenAt), now.value)}</span>
        )}
      </td>
      <td>
        <span class="connector-dots">
          {station.connectors.length === 0 ? <span class="muted">none reported</span> : null}
          {station.connectors.map((connector) => (
            <span key={connector.connectorId}>
              <span class="muted">{connector.connectorId}</span> <Status status={connector.status} />
            </span>
          ))}
        </span>
      </td>
      <td class="wide">{`${station.vendor ?? ''} ${station.model ?? ''}`.trim()}</td>
      <td class="wide">{station.firmwareVersion ?? ''}</td>
      <td class="wide">{station.ocppVersion ?? ''}</td>
    </tr>
  );
}

/** Every charge point that is known. */
export function Stations() {
  const text = useSignal('');
  const state = useSignal<State>('');
  if (!loaded.value) return <Problem error={loadProblem.value} />;
  const shown = stationList.value.filter((station) => fits(station, text.value, state.value));
  return (
    <>
      <PageHead title="Stations" note={`${stationList.value.length} in all`}>
        <search class="bar">
          <label class="field">
            Filter
            <input
              type="search"
              value={text.value}
              placeholder="name, model, firmware"
              onInput={(event) => {
                text.value = event.currentTarget.value;
              }}
            />
          </label>
          <label class="field">
            State
            <select
              value={state.value}
              onChange={(event) => {
                state.value = event.currentTarget.value as State;
              }}
            >
              <option value="">all</option>
              {Object.keys(STATES).map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        </search>
      </PageHead>
      {stationList.value.length === 0 ? (
        <div class="panel empty">
          <h2>No charge point yet</h2>
          <p>
            <a href="/connect">Connect</a> shows the address to type into the charger, and who was turned away.
          </p>
        </div>
      ) : (
        <section class="panel">
          {shown.length === 0 ? (
            <p class="in muted">No charge point fits the filter.</p>
          ) : (
            <Scroll label="Stations">
              <table>
                <thead>
                  <tr>
                    <th>Charge point</th>
                    <th>Link</th>
                    <th>Connectors</th>
                    <th class="wide">Hardware</th>
                    <th class="wide">Firmware</th>
                    <th class="wide">OCPP</th>
                  </tr>
                </thead>
                <tbody>
                  {shown.map((station) => (
                    <Row key={station.id} station={station} />
                  ))}
                </tbody>
              </table>
            </Scroll>
          )}
        </section>
      )}
    </>
  );
}
