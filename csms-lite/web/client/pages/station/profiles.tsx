import { useSignal } from '@preact/signals';
import type { ChargePointView } from '../../../../api/present.js';
import { type CompositeAnswer, scheduleSteps } from '../../../shared/schedule.js';
import type { Page } from '../../api.js';
import { useSender } from '../../command.js';
import { sessions } from '../../live/state.js';
import { Panel, Problem } from '../../parts/basics.js';
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
      <Panel title="Composite schedule" note="what the charger makes of all its profiles">
        <Composite station={station} />
      </Panel>
    </>
  );
}
