import { clock, energy, power } from '../../shared/format.js';
import { facts } from '../facts.js';
import { figures, loaded, loadProblem, stationList } from '../live/state.js';
import { ticker } from '../live/ticker.js';
import { Amount, Copyable, PageHead, Panel, Problem } from '../parts/basics.js';
import { StationTile } from '../parts/tile.js';

function Figures() {
  const { online, stations, active, faulted, powerW, energyTodayWh } = figures.value;
  return (
    <dl class="figures">
      <div>
        <dt>charge points online</dt>
        <dd>
          {online}
          <span class="of"> / {stations}</span>
        </dd>
      </div>
      <div>
        <dt>{active === 1 ? 'session running' : 'sessions running'}</dt>
        <dd>{active}</dd>
      </div>
      <div>
        <dt>power now</dt>
        <dd>
          <Amount of={power(powerW)} />
        </dd>
      </div>
      <div>
        <dt>energy in today’s sessions</dt>
        <dd>
          <Amount of={energy(energyTodayWh)} />
        </dd>
      </div>
      <div class={faulted > 0 ? 'alarm' : ''}>
        <dt>{faulted === 1 ? 'connector faulted' : 'connectors faulted'}</dt>
        <dd>{faulted}</dd>
      </div>
    </dl>
  );
}

/** No charge point yet: exactly what to type, and where. */
export function ConnectSteps() {
  const url = facts.ocppUrls[0] ?? 'ws://127.0.0.1:8180/ocpp/';
  return (
    <ol class="steps">
      <li>
        <p>
          Type this address into the charger’s OCPP settings (OCPP 1.6 JSON). Put a name of your choice at the end; some
          chargers ask for the name in a field of its own.
        </p>
        <Copyable text={`${url}CP-1`} />
      </li>
      <li>
        <p>
          No charger at hand? <code>npm start</code> brings a simulated one along. Plug its car in and hold a card to
          its reader:
        </p>
        <Copyable text="npx tapwatt plug-in && npx tapwatt tap A1B2C3D4" />
      </li>
      <li>
        <p>
          It does not appear? <a href="/connect">Connect</a> lists every charger that was refused, and why. Cards that
          are not known wait on the page <a href="/tags">Tags</a>.
        </p>
      </li>
    </ol>
  );
}

function Ticker() {
  if (ticker.value.length === 0)
    return <p class="in muted">Nothing yet. Connections, taps and sessions appear here as they happen.</p>;
  return (
    <ol class="ticker">
      {ticker.value.map((line) => (
        <li key={line.key}>
          <time dateTime={new Date(line.atMs).toISOString()}>{clock(line.atMs)}</time>
          <span class="where mono">{line.where}</span>
          <span class={`text tone-${line.tone}`}>
            {line.href === undefined ? line.text : <a href={line.href}>{line.text}</a>}
          </span>
        </li>
      ))}
    </ol>
  );
}

/** What is going on at this moment. */
export function Now() {
  if (!loaded.value) return <Problem error={loadProblem.value} />;
  if (stationList.value.length === 0) {
    return (
      <div class="panel empty">
        <h1>Waiting for the first charge point</h1>
        <p>It appears here by itself as soon as it connects.</p>
        <ConnectSteps />
      </div>
    );
  }
  return (
    <>
      <PageHead title="Now" />
      <Problem error={loadProblem.value} />
      <Figures />
      <div class="now-body">
        <div class="stations">
          {stationList.value.map((station) => (
            <StationTile key={station.id} station={station} />
          ))}
        </div>
        <Panel title="Just happened">
          <Ticker />
        </Panel>
      </div>
    </>
  );
}
