import { useEffect } from 'preact/hooks';
import type { ChargePointView, ConnectorView, TransactionView } from '../../../api/present.js';
import { ago, duration, energy, power, toMs } from '../../shared/format.js';
import { now, powerNow, sessions } from '../live/state.js';
import { readTrace, traces } from '../live/traces.js';
import { Amount, Status } from './basics.js';
import { DemoMark } from './demo-mark.js';
import { Spark } from './spark.js';

function SessionFacts({ session }: { session: TransactionView }) {
  useEffect(() => readTrace(session), [session.id]);
  return (
    <dl class="session">
      <div>
        <dt>Energy</dt>
        <dd>
          <Amount of={energy(session.energyWh)} />
        </dd>
      </div>
      <div>
        <dt>Time</dt>
        <dd>
          <Amount of={duration(now.value - (toMs(session.startedAt) ?? now.value))} />
        </dd>
      </div>
      <div>
        <dt>Tag</dt>
        <dd>
          <a class="mono" href={`/sessions/${session.id}`} aria-label={`Session of tag ${session.idTag}`}>
            {session.idTag}
          </a>
        </dd>
      </div>
      <Spark points={traces.value.get(session.id)?.points ?? []} />
    </dl>
  );
}

function PowerFigure({ session, connector }: { session: TransactionView; connector: ConnectorView }) {
  const { powerW, derived } = powerNow(session, connector);
  if (powerW === null) return <span title="The charger has reported no power yet">–</span>;
  return (
    <>
      {derived ? <span title="Mean since the last reading: this charger reports energy only">≈ </span> : null}
      <Amount of={power(powerW)} />
    </>
  );
}

function ConnectorRow({ connector, session }: { connector: ConnectorView; session: TransactionView | undefined }) {
  const error = connector.errorCode !== null && connector.errorCode !== 'NoError' ? connector.errorCode : null;
  return (
    <li class="connector">
      <span class="what">
        <span class="number">
          <span class="visually-hidden">Connector </span>
          {connector.connectorId}
        </span>
        <Status status={connector.status} />
      </span>
      {session === undefined ? null : (
        <span class="quantity">
          <PowerFigure session={session} connector={connector} />
        </span>
      )}
      {error === null ? null : (
        <p class="note">
          {error}
          {connector.info === undefined ? '' : `: ${connector.info}`}
        </p>
      )}
      {session === undefined ? null : <SessionFacts session={session} />}
    </li>
  );
}

function activeOn(stationId: string, connector: ConnectorView): TransactionView | undefined {
  const found = [...sessions.value.values()].filter(
    (session) =>
      session.status === 'active' &&
      session.chargePointId === stationId &&
      session.connectorId === connector.connectorId,
  );
  return found.sort((a, b) => b.startedAt.localeCompare(a.startedAt))[0];
}

/** One charge point with its connectors. */
export function StationTile({ station }: { station: ChargePointView }) {
  const { vendor = '', model = '' } = station;
  // Many models repeat their maker's name.
  const hardware = model.startsWith(vendor) ? model : `${vendor} ${model}`.trim();
  const main = station.mainStatus;
  return (
    <article
      class={`tile${station.connected ? '' : ' offline'}`}
      aria-label={`Charge point ${station.displayName ?? station.id}`}
    >
      <header class="tile-head">
        <h2 title={station.id}>
          <a href={`/stations/${encodeURIComponent(station.id)}`}>{station.displayName ?? station.id}</a>
        </h2>
        <DemoMark of={station} />
        {station.connected ? (
          <span class="heard">heard {ago(toMs(station.lastSeenAt), now.value)}</span>
        ) : (
          <span class="pill fault">Offline, heard {ago(toMs(station.lastSeenAt), now.value)}</span>
        )}
      </header>
      <ul class="tile-body">
        {main !== undefined && main.errorCode !== null && main.errorCode !== 'NoError' ? (
          <li class="connector">
            <Status status={main.status} />
            <p class="note">{main.errorCode}</p>
          </li>
        ) : null}
        {station.connectors.map((connector) => (
          <ConnectorRow key={connector.connectorId} connector={connector} session={activeOn(station.id, connector)} />
        ))}
        {station.connectors.length === 0 ? (
          <li class="connector">
            <span class="muted">
              {station.connected ? 'Connectors have not been reported yet.' : 'It has not connected yet.'}
            </span>
          </li>
        ) : null}
      </ul>
      <footer class="tile-foot">
        {station.displayName === undefined ? null : <span class="mono">{station.id}</span>}
        {hardware === '' ? null : <span>{hardware}</span>}
        {station.firmwareVersion === undefined ? null : <span>firmware {station.firmwareVersion}</span>}
        {station.ocppVersion === null ? null : <span>OCPP {station.ocppVersion}</span>}
      </footer>
    </article>
  );
}
