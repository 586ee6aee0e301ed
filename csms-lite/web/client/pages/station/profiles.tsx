import { useSignal } from '@preact/signals';
import type { ChargePointView } from '../../../../api/present.js';
import { dayAndTime, toMs } from '../../../shared/format.js';
import { type CompositeAnswer, scheduleSteps } from '../../../shared/schedule.js';
import type { Page } from '../../api.js';
import { useSender } from '../../command.js';
import { now, sessions } from '../../live/state.js';
import { Panel, Problem, Scroll } from '../../parts/basics.js';
import { Chart } from '../../parts/chart.js';
import { SentOutcome } from '../../parts/outcome.js';
import { type StoredProfile, summaryOf } from '../../parts/profile-summary.js';
import { useRead } from '../../use.js';

function ConnectorChoice({
  station,
  value,
  change,
  zero,
}: {
  station: ChargePointView;
  value: number;
  change: (connectorId: number) => void;
  /** What connector 0 means here. */
  zero: string;
}) {
  return (
    <label class="field">
      Connector
      <select value={value} onChange={(event) => change(Number(event.currentTarget.value))}>
        <option value={0}>{zero}</option>
        {station.connectors.map(({ connectorId }) => (
          <option key={connectorId} value={connectorId}>
            {connectorId}
          </option>
        ))}
      </select>
    </label>
  );
}

function Apply({ station, profiles }: { station: ChargePointView; profiles: readonly StoredProfile[] }) {
  const sender = useSender(station.id);
  const connectorId = useSignal(station.connectors[0]?.connectorId ?? 0);
  const profileId = useSignal<number | null>(null);
  const chosen = profiles.find(({ id }) => id === profileId.value) ?? profiles[0];
  const session = [...sessions.value.values()].find(
    (one) => one.status === 'active' && one.chargePointId === station.id && one.connectorId === connectorId.value,
  );
  const off = !station.connected || sender.busy.value;
  if (chosen === undefined) {
    return (
      <p class="in muted">
        No profile is stored yet. <a href="/profiles">Charging profiles</a> is where they are made.
      </p>
    );
  }
  const forSession = chosen.chargingProfilePurpose === 'TxProfile';
  return (
    <>
      <form
        class="bar in"
        onSubmit={(event) => {
          event.preventDefault();
          void sender.send('set-charging-profile', {
            connectorId: connectorId.value,
            chargingProfileId: chosen.id,
            ...(forSession && session !== undefined ? { transactionId: session.transactionId } : {}),
          });
        }}
      >
        <label class="field">
          Profile
          <select
            value={chosen.id}
            onChange={(event) => {
              profileId.value = Number(event.currentTarget.value);
            }}
          >
            {profiles.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <ConnectorChoice
          station={station}
          value={connectorId.value}
          zero="0, the whole station"
          change={(id) => {
            connectorId.value = id;
          }}
        />
        <button type="submit" class="primary" disabled={off || (forSession && session === undefined)}>
          Set
        </button>
        <button
          type="button"
          disabled={off}
          onClick={() => void sender.send('clear-charging-profile', { chargingProfileId: chosen.id })}
        >
          Clear it
        </button>
        <button type="button" disabled={off} onClick={() => void sender.send('clear-charging-profile', {})}>
          Clear all
        </button>
      </form>
      <p class="in muted">
        {summaryOf(chosen)}
        {forSession && session === undefined ? ' A TxProfile needs a running session on the connector.' : ''}
      </p>
      <SentOutcome sender={sender} />
    </>
  );
}

/** As `GET /charge-points/{id}/charging-profiles`. */
interface InstalledView {
  chargingProfileId: number;
  connectorId: number;
  purpose: string;
  stackLevel: number;
  transactionId?: number;
  assignedAt: string;
}

/** What it accepted and nobody has cleared since. */
function Installed({ chargePointId }: { chargePointId: string }) {
  const { data, problem } = useRead<Page<InstalledView>>(
    `/charge-points/${encodeURIComponent(chargePointId)}/charging-profiles`,
    (event) => event.type === 'command.updated' && event.command.chargePointId === chargePointId,
  );
  const items = data.value?.items ?? [];
  return (
    <Panel title="On this charger" note="as it accepted them">
      <Problem error={problem.value} />
      {data.value !== null && items.length === 0 ? (
        <p class="in muted">None that were sent from here.</p>
      ) : (
        <Scroll label="Profiles on this charger">
          <table>
            <thead>
              <tr>
                <th>Profile</th>
                <th>Connector</th>
                <th>Purpose</th>
                <th class="number">Stack level</th>
                <th>Since</th>
              </tr>
            </thead>
            <tbody>
              {items.map((one) => (
                <tr key={`${one.connectorId} ${one.chargingProfileId}`}>
                  <td>{one.chargingProfileId}</td>
                  <td>{one.connectorId === 0 ? 'all' : one.connectorId}</td>
                  <td>{one.purpose}</td>
                  <td class="number">{one.stackLevel}</td>
                  <td>{dayAndTime(toMs(one.assignedAt) ?? 0, now.value)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </Panel>
  );
}

function Composite({ station }: { station: ChargePointView }) {
  const sender = useSender(station.id);
  const connectorId = useSignal(station.connectors[0]?.connectorId ?? 0);
  const hours = useSignal(24);
  const rateUnit = useSignal<'A' | 'W'>('A');
  const steps = scheduleSteps(sender.sent.value?.response as CompositeAnswer | null, hours.value * 3600);
  return (
    <>
      <form
        class="bar in"
        onSubmit={(event) => {
          event.preventDefault();
          void sender.send('get-composite-schedule', {
            connectorId: connectorId.value,
            duration: hours.value * 3600,
            chargingRateUnit: rateUnit.value,
          });
        }}
      >
        <ConnectorChoice
          station={station}
          value={connectorId.value}
          zero="0, the whole station"
          change={(id) => {
            connectorId.value = id;
          }}
        />
        <label class="field">
          Next hours
          <input
            type="number"
            min={1}
            max={168}
            value={hours.value}
            onInput={(event) => {
              hours.value = Math.min(168, Math.max(1, Math.round(Number(event.currentTarget.value))));
            }}
          />
        </label>
        <label class="field">
          Unit
          <select
            value={rateUnit.value}
            onChange={(event) => {
              rateUnit.value = event.currentTarget.value as 'A' | 'W';
            }}
          >
            <option value="A">A per phase</option>
            <option value="W">W</option>
          </select>
        </label>
        <button type="submit" class="primary" disabled={!station.connected || sender.busy.value}>
          Ask the charger
        </button>
      </form>
      <SentOutcome sender={sender} plain />
      {steps === null ? null : (
        <Chart
          times={steps.times}
          curves={[
            {
              label: 'Limit',
              unit: steps.unit,
              colour: '--accent',
              filled: true,
              digits: 1,
              values: steps.values,
            },
          ]}
          label={`Composite schedule: limit in ${steps.unit} over the next ${hours.value} hours`}
          height={220}
        />
      )}
    </>
  );
}

/** Profiles of the library on this charger, and what they come to. */
export function ProfilesTab({ station }: { station: ChargePointView }) {
  const { data, problem } = useRead<Page<StoredProfile>>('/charging-profiles?limit=500');
  return (
    <>
      <Problem error={problem.value} />
      <Panel title="Set a stored profile" note={<a href="/profiles">Charging profiles</a>}>
        {data.value === null ? null : <Apply station={station} profiles={data.value.items} />}
      </Panel>
      <Installed chargePointId={station.id} />
      <Panel title="Composite schedule" note="what the charger makes of all its profiles">
        <Composite station={station} />
      </Panel>
    </>
  );
}
