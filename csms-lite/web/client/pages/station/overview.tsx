import { useSignal } from '@preact/signals';
import type { ChargePointView, ConnectorView, TransactionView } from '../../../../api/present.js';
import type { AnomalyView } from '../../../../api/present-anomaly.js';
import { ago, dayAndTime, duration, energy, toMs } from '../../../shared/format.js';
import { QUANTITY_LOOKS, readingNow } from '../../../shared/readings.js';
import type { Page } from '../../api.js';
import { useSender } from '../../command.js';
import { currents, useCurrents } from '../../live/currents.js';
import { now, sessions } from '../../live/state.js';
import { Amount, Panel, Status } from '../../parts/basics.js';
import { SentOutcome } from '../../parts/outcome.js';
import { ReadingCharts, useReadings } from '../../parts/reading-charts.js';
import { StartForm } from '../../parts/start-form.js';
import { useRead } from '../../use.js';
import { Anomalies, CurrentChart } from './current.js';
import { RecentSessions } from './recent-sessions.js';

function Live({ session }: { session: TransactionView }) {
  const readings = useReadings(session);
  const reading = readingNow(session);
  // With its limit, above.
  const isDrawn = (currents.value.get(session.connectorId)?.length ?? 0) > 1;
  return (
    <>
      <dl class="facts in quiet-links">
        <div class="big">
          <dt>Energy</dt>
          <dd>
            <Amount of={energy(session.energyWh)} />
          </dd>
        </div>
        <div class="big">
          <dt>Time</dt>
          <dd>
            <Amount of={duration(now.value - (toMs(session.startedAt) ?? now.value))} />
          </dd>
        </div>
        {QUANTITY_LOOKS.map(({ quantity, label, unit, divisor, digits }) => {
          const value = reading?.[quantity] ?? null;
          if (value === null) return null;
          return (
            <div class="big" key={quantity}>
              <dt>{label}</dt>
              <dd>
                <Amount of={{ value: (value / divisor).toFixed(digits), unit }} />
              </dd>
            </div>
          );
        })}
        <div>
          <dt>Tag</dt>
          <dd>
            <a class="mono" href={`/sessions/${session.id}`} aria-label={`Session of tag ${session.idTag}`}>
              {session.idTag}
            </a>
          </dd>
        </div>
      </dl>
      {readings.length < 2 ? (
        <p class="in muted">The curves begin with the second meter value.</p>
      ) : (
        <ReadingCharts readings={readings} sync={`session-${session.id}`} without={isDrawn ? ['currentMa'] : []} />
      )}
    </>
  );
}

function Connector({
  station,
  connector,
  session,
  anomalies,
}: {
  station: ChargePointView;
  connector: ConnectorView;
  session: TransactionView | undefined;
  /** Of this connector. */
  anomalies: readonly AnomalyView[];
}) {
  const sender = useSender(station.id);
  const starting = useSignal(false);
  const { connectorId } = connector;
  const name = <span class="visually-hidden"> connector {connectorId}</span>;
  const off = !station.connected || sender.busy.value;
  const outOfService = connector.status === 'Unavailable';
  const error = connector.errorCode !== null && connector.errorCode !== 'NoError' ? connector.errorCode : null;
  return (
    <section class="panel" aria-label={`Connector ${connectorId}`}>
      <header>
        <h2>
          Connector {connectorId} <Status status={connector.status} />
        </h2>
        <p>{connector.statusAt === undefined ? '' : `since ${ago(toMs(connector.statusAt), now.value)}`}</p>
      </header>
      {error === null ? null : (
        <p class="in tone-fault">
          {error}
          {connector.info === undefined ? '' : `: ${connector.info}`}
          {connector.vendorErrorCode === undefined ? '' : ` (${connector.vendorErrorCode})`}
        </p>
      )}
      <Anomalies anomalies={anomalies} />
      <CurrentChart connectorId={connectorId} anomalies={anomalies} />
      {session === undefined ? null : <Live session={session} />}
      <div class="bar in">
        {session === undefined ? (
          <button
            type="button"
            class="primary"
            disabled={off}
            aria-expanded={starting.value}
            onClick={() => {
              starting.value = !starting.value;
            }}
          >
            Start…{name}
          </button>
        ) : (
          <button
            type="button"
            class="primary"
            disabled={off}
            onClick={() => void sender.send('remote-stop', { transactionId: session.transactionId })}
          >
            Stop{name}
          </button>
        )}
        <button type="button" disabled={off} onClick={() => void sender.send('unlock-connector', { connectorId })}>
          Unlock{name}
        </button>
        <button
          type="button"
          disabled={off}
          onClick={() =>
            void sender.send('change-availability', { connectorId, type: outOfService ? 'Operative' : 'Inoperative' })
          }
        >
          {outOfService ? 'Put into service' : 'Take out of service'}
          {name}
        </button>
        <a class="button" href={`/c/${encodeURIComponent(station.id)}/${connectorId}`}>
          Driver’s page{name}
        </a>
      </div>
      {starting.value && session === undefined ? (
        <StartForm
          station={station}
          connectorId={connectorId}
          send={async (body) => {
            const command = await sender.send('remote-start', body);
            if (command?.response !== null) starting.value = false;
          }}
        />
      ) : null}
      <SentOutcome sender={sender} />
    </section>
  );
}

function Facts({ station }: { station: ChargePointView }) {
  const since = (text: string | undefined): string =>
    text === undefined ? '–' : dayAndTime(toMs(text) ?? 0, now.value);
  const skewS = station.clockSkewMs === undefined ? null : station.clockSkewMs / 1000;
  const facts: readonly (readonly [string, string])[] = [
    ['Name in OCPP', station.id],
    ['Serial number', station.serialNumber ?? '–'],
    ['Address', station.remoteAddress ?? '–'],
    ['Connected since', station.connected ? since(station.connectedAt) : '–'],
    ['Last boot', since(station.lastBootAt)],
    ['Registered', since(station.registeredAt)],
    ['Its clock', skewS === null ? '–' : `${skewS >= 0 ? '+' : '−'}${Math.abs(skewS).toFixed(1)} s`],
    ['Meter', [station.meterType, station.meterSerialNumber].filter(Boolean).join(' ') || '–'],
  ];
  return (
    <dl class="facts in">
      {facts.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The charge point as a whole: connector 0. */
function Whole({ station }: { station: ChargePointView }) {
  const sender = useSender(station.id);
  const off = !station.connected || sender.busy.value;
  const main = station.mainStatus;
  return (
    <Panel title="Charge point" note={main === undefined ? undefined : <Status status={main.status} />}>
      <Facts station={station} />
      <div class="bar in">
        <button type="button" disabled={off} onClick={() => void sender.send('reset', { type: 'Soft' })}>
          Restart softly
        </button>
        <button
          type="button"
          disabled={off}
          onClick={() => {
            if (confirm(`Restart ${station.id} at once? A running session may end.`))
              void sender.send('reset', { type: 'Hard' });
          }}
        >
          Restart hard
        </button>
        <button
          type="button"
          disabled={off}
          onClick={() =>
            void sender.send('change-availability', {
              connectorId: 0,
              type: main?.status === 'Unavailable' ? 'Operative' : 'Inoperative',
            })
          }
        >
          {main?.status === 'Unavailable' ? 'Put all into service' : 'Take all out of service'}
        </button>
        <a class="button" href={`/qr?chargePointId=${encodeURIComponent(station.id)}`}>
          QR codes
        </a>
      </div>
      <SentOutcome sender={sender} />
    </Panel>
  );
}

/** Connectors with what flows and what can be done; the charge point itself; its newest sessions. */
export function Overview({ station }: { station: ChargePointView }) {
  const active = [...sessions.value.values()]
    .filter((session) => session.status === 'active' && session.chargePointId === station.id)
    .sort((a, b) => b.startedAt.localeCompare(a.startedAt));
  useCurrents(station.id);
  const anomalies = useRead<Page<AnomalyView>>(
    `/anomalies?chargePointId=${encodeURIComponent(station.id)}`,
    (event) =>
      (event.type === 'anomaly.detected' || event.type === 'anomaly.cleared') &&
      event.anomaly.chargePointId === station.id,
  ).data.value;
  return (
    <>
      {station.connectors.map((connector) => (
        <Connector
          key={connector.connectorId}
          station={station}
          connector={connector}
          anomalies={(anomalies?.items ?? []).filter((one) => one.connectorId === connector.connectorId)}
          session={active.find((session) => session.connectorId === connector.connectorId)}
        />
      ))}
      {station.connectors.length === 0 ? (
        <div class="panel empty">
          <h2>No connector reported yet</h2>
          <p>A charger tells its connectors with StatusNotification after it has booted.</p>
        </div>
      ) : null}
      <Whole station={station} />
      <RecentSessions chargePointId={station.id} />
    </>
  );
}
