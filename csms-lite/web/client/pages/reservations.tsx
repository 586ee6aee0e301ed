import { useSignal } from '@preact/signals';
import type { ReservationView } from '../../../api/present.js';
import { dayAndTime, toMs } from '../../shared/format.js';
import { outcomeText } from '../../shared/outcome.js';
import type { Page } from '../api.js';
import { sendCommand } from '../command.js';
import { now, stationList, stations } from '../live/state.js';
import { Done, PageHead, Panel, Problem, Scroll } from '../parts/basics.js';
import { type Acts, useActs, useRead } from '../use.js';

const TONES: Partial<Record<ReservationView['status'], string>> = {
  Accepted: 'good',
  Rejected: 'fault',
  Faulted: 'fault',
  Occupied: 'fault',
  Unavailable: 'fault',
};

/** @throws Error with the charger's own word where it did not accept */
async function ask(chargePointId: string, name: string, body: object): Promise<void> {
  const outcome = outcomeText(await sendCommand(chargePointId, name, body));
  if (outcome.tone === 'fault') throw new Error(`The charger answered ${outcome.word}. ${outcome.meaning}`);
}

function MakeForm({ acts }: { acts: Acts }) {
  const station = useSignal('');
  const connectorId = useSignal('1');
  const idTag = useSignal('');
  const minutes = useSignal('60');
  const online = stationList.value.filter((one) => one.connected);
  const chosen = stations.value.get(station.value) ?? online[0];
  if (chosen === undefined)
    return <p class="in muted">No charge point is connected: a reservation is kept by the charger itself.</p>;
  return (
    <form
      class="bar in"
      onSubmit={(event) => {
        event.preventDefault();
        const expiryDate = new Date(Date.now() + Number(minutes.value) * 60_000).toISOString();
        acts.act(
          () =>
            ask(chosen.id, 'reserve-now', {
              connectorId: Number(connectorId.value),
              idTag: idTag.value.trim(),
              expiryDate,
            }),
          `Connector ${connectorId.value} of ${chosen.id} is kept for ${idTag.value.trim()}.`,
        );
      }}
    >
      <label class="field">
        Charge point
        <select
          value={chosen.id}
          onChange={(event) => {
            station.value = event.currentTarget.value;
          }}
        >
          {online.map(({ id, displayName }) => (
            <option key={id} value={id}>
              {displayName ?? id}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        Connector
        <select
          value={connectorId.value}
          onChange={(event) => {
            connectorId.value = event.currentTarget.value;
          }}
        >
          {chosen.connectors.map((one) => (
            <option key={one.connectorId} value={String(one.connectorId)}>
              {one.connectorId}
            </option>
          ))}
          <option value="0">any</option>
        </select>
      </label>
      <label class="field">
        Tag
        <input
          value={idTag.value}
          required
          maxLength={20}
          placeholder="A1B2C3D4"
          onInput={(event) => {
            idTag.value = event.currentTarget.value;
          }}
        />
      </label>
      <label class="field">
        For how long, min
        <input
          type="number"
          min={1}
          max={10080}
          required
          value={minutes.value}
          onInput={(event) => {
            minutes.value = event.currentTarget.value;
          }}
        />
      </label>
      <button type="submit" class="primary" disabled={acts.busy.value}>
        Reserve
      </button>
    </form>
  );
}

function Row({ reservation, acts }: { reservation: ReservationView; acts: Acts }) {
  const { status, chargePointId, id } = reservation;
  const live = status === 'Accepted' && (toMs(reservation.expiryDate) ?? 0) > now.value;
  return (
    <tr>
      <td>
        {chargePointId} · {reservation.connectorId === 0 ? 'any' : reservation.connectorId}
      </td>
      <td class="mono">{reservation.idTag}</td>
      <td>
        <span class={`pill ${TONES[status] ?? ''}`}>{status}</span>
      </td>
      <td>{dayAndTime(toMs(reservation.expiryDate) ?? 0, now.value)}</td>
      <td>
        {reservation.transactionId === undefined ? null : (
          <a href={`/sessions/${reservation.transactionId}`}>session {reservation.transactionId}</a>
        )}
        {live ? (
          <button
            type="button"
            class="small"
            disabled={acts.busy.value || stations.value.get(chargePointId)?.connected !== true}
            onClick={() =>
              acts.act(
                () => ask(chargePointId, 'cancel-reservation', { reservationId: id }),
                `Reservation ${id} is cancelled.`,
              )
            }
          >
            Cancel<span class="visually-hidden"> reservation {id}</span>
          </button>
        ) : null}
      </td>
    </tr>
  );
}

/** Connectors kept for somebody. */
export function Reservations() {
  const list = useRead<Page<ReservationView>>(
    '/reservations?limit=200',
    (event) => event.type === 'reservation.updated',
  );
  const acts = useActs(list.reload);
  const page = list.data.value;
  return (
    <>
      <PageHead title="Reservations" note="A connector is kept for one tag; the charger itself sees to it." />
      <Problem error={list.problem.value ?? acts.problem.value} />
      <Done text={acts.done.value} />
      <Panel title="Reserve">
        <MakeForm acts={acts} />
      </Panel>
      <Panel title="Reservations" note={page === null ? undefined : `${page.total} in all, newest first`}>
        {page === null ? null : page.items.length === 0 ? (
          <p class="in muted">None yet.</p>
        ) : (
          <Scroll label="Reservations">
            <table>
              <thead>
                <tr>
                  <th>Connector</th>
                  <th>Tag</th>
                  <th>State</th>
                  <th>Until</th>
                  <th>
                    <span class="visually-hidden">Actions</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {page.items.map((reservation) => (
                  <Row key={`${reservation.chargePointId} ${reservation.id}`} reservation={reservation} acts={acts} />
                ))}
              </tbody>
            </table>
          </Scroll>
        )}
      </Panel>
    </>
  );
}
