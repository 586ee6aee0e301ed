import { useRef } from 'preact/hooks';
import type { OverviewView } from '../../../api/routes/overview.js';
import { clock, energy, power } from '../../shared/format.js';
import { amountText } from '../../shared/money.js';
import { facts } from '../facts.js';
import { figures, loaded, loadProblem, midnightMs, now, openAlarms, stationList } from '../live/state.js';
import { ticker } from '../live/ticker.js';
import { Amount, Copyable, PageHead, Panel, Problem } from '../parts/basics.js';
import { DayPower } from '../parts/day-power.js';
import { StationTile } from '../parts/tile.js';
import { useRead } from '../use.js';

function Figures({ revenue }: { revenue: OverviewView['revenue'] | null }) {
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
      {(revenue ?? []).map(({ currency, totalMinor, exponent }) => (
        <div key={currency}>
          <dt>revenue today</dt>
          <dd>
            <Amount of={{ value: amountText(totalMinor, exponent), unit: currency }} />
          </dd>
        </div>
      ))}
      {revenue?.length === 0 ? (
        <div>
          <dt>revenue today</dt>
          <dd>0</dd>
        </div>
      ) : null}
      <div class={openAlarms.value.size > 0 ? 'alarm' : ''}>
        <dt>
          <a href="/alarms">{openAlarms.value.size === 1 ? 'open alarm' : 'open alarms'}</a>
        </dt>
        <dd>{openAlarms.value.size}</dd>
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
  const day = new Date(midnightMs()).toISOString();
  const readAtMs = useRef(0);
  const overview = useRead<OverviewView>(`/overview?since=${day}`, (event) => {
    // The curve's points are five minutes each: a look a minute is enough while something flows
    const isDue = event.type === 'transaction.metered' && now.peek() - readAtMs.current > 60_000;
    if (isDue) readAtMs.current = now.peek();
    return isDue || event.type === 'transaction.started' || event.type === 'transaction.stopped';
  });
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
      <Figures revenue={overview.data.value?.revenue ?? null} />
      <div class="now-body">
        <div class="stations">
          {stationList.value.map((station) => (
            <StationTile key={station.id} station={station} />
          ))}
        </div>
        <div class="aside">
          {overview.data.value === null ? null : <DayPower power={overview.data.value.power} />}
          <Panel title="Just happened">
            <Ticker />
          </Panel>
        </div>
      </div>
    </>
  );
}
