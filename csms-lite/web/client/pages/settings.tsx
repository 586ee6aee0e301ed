import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Settings as SettingValues } from '../../../core/services.js';
import { call } from '../api.js';
import { Done, PageHead, Panel, Problem } from '../parts/basics.js';
import { useActs, useRead } from '../use.js';

/** A number that is sent when it is changed. */
function NumberSetting({
  label,
  value,
  unit,
  save,
}: {
  label: string;
  value: number;
  unit: string;
  save: (value: number) => void;
}) {
  const typed = useSignal(String(value));
  useEffect(() => {
    typed.value = String(value);
  }, [value]);
  return (
    <form
      class="bar in"
      onSubmit={(event) => {
        event.preventDefault();
        save(Number(typed.value));
      }}
    >
      <label class="field">
        {label}, {unit}
        <input
          type="number"
          required
          value={typed.value}
          onInput={(event) => {
            typed.value = event.currentTarget.value;
          }}
        />
      </label>
      <button type="submit" disabled={typed.value === String(value)}>
        Save
      </button>
    </form>
  );
}

/** A text that is sent when it is changed. */
function TextSetting({
  label,
  value,
  placeholder,
  save,
}: {
  label: string;
  value: string;
  placeholder: string;
  save: (value: string) => void;
}) {
  const typed = useSignal(value);
  useEffect(() => {
    typed.value = value;
  }, [value]);
  return (
    <form
      class="bar in"
      onSubmit={(event) => {
        event.preventDefault();
        save(typed.value.trim());
      }}
    >
      <label class="field">
        {label}
        <input
          value={typed.value}
          placeholder={placeholder}
          size={30}
          onInput={(event) => {
            typed.value = event.currentTarget.value;
          }}
        />
      </label>
      <button type="submit" disabled={typed.value.trim() === value}>
        Save
      </button>
    </form>
  );
}

const START_MODES: readonly (readonly [SettingValues['driverStart'], string])[] = [
  ['nobody', 'nobody: they only look'],
  ['card', 'who types the number of an accepted card'],
  ['anyone', 'anyone, on the tag below'],
];

function Drivers({
  values,
  save,
}: {
  values: SettingValues;
  save: (changes: Partial<SettingValues>, done: string) => void;
}) {
  return (
    <Panel title="Drivers" note={<a href="/qr">QR codes</a>}>
      <div class="in">
        <label class="check">
          <input
            type="checkbox"
            checked={values.driverPages}
            onChange={(event) => {
              const driverPages = event.currentTarget.checked;
              save({ driverPages }, driverPages ? 'Drivers’ pages are on.' : 'Drivers’ pages are off.');
            }}
          />
          <span>
            Pages for drivers and the public board at <a href="/status">/status</a>, without sign-in. They show state,
            power, energy, time and cost, and nothing about who charges.
          </span>
        </label>
      </div>
      <div class="in">
        <label class="field">
          Who may start and stop there
          <select
            value={values.driverStart}
            disabled={!values.driverPages}
            onChange={(event) =>
              save({ driverStart: event.currentTarget.value as SettingValues['driverStart'] }, 'Saved.')
            }
          >
            {START_MODES.map(([value, text]) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
        </label>
        {values.driverStart === 'anyone' && values.driverIdTag === '' ? (
          <p class="tone-fault">Nobody can start yet: the tag below is missing.</p>
        ) : null}
      </div>
      {values.driverStart === 'anyone' ? (
        <TextSetting
          label="Tag of sessions that anyone may start"
          value={values.driverIdTag}
          placeholder="GUEST"
          save={(driverIdTag) => save({ driverIdTag }, 'Saved. The tag has to be accepted under Tags.')}
        />
      ) : null}
      <TextSetting
        label="Public address, for the QR codes"
        value={values.publicUrl}
        placeholder="http://… as phones reach it"
        save={(publicUrl) => save({ publicUrl }, 'Saved. Print the codes again.')}
      />
    </Panel>
  );
}

const UID_MODES: readonly (readonly [SettingValues['firebaseUid'], string])[] = [
  ['masked', 'its last characters: ****C3D4'],
  ['hidden', 'nothing'],
  ['full', 'all of it'],
];

function FirebaseUid({
  values,
  save,
}: {
  values: SettingValues;
  save: (changes: Partial<SettingValues>, done: string) => void;
}) {
  return (
    <Panel title="Firebase" note={<a href="/system">how it stands</a>}>
      <div class="in">
        <label class="field">
          What everybody may read there of a card’s number
          <select
            value={values.firebaseUid}
            onChange={(event) =>
              save(
                { firebaseUid: event.currentTarget.value as SettingValues['firebaseUid'] },
                'Saved. It holds with the next write of each charger.',
              )
            }
          >
            {UID_MODES.map(([value, text]) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
        </label>
      </div>
    </Panel>
  );
}

/** What can be changed while the server runs. */
export function Settings() {
  const settings = useRead<SettingValues>('/settings');
  const acts = useActs(settings.reload);
  const values = settings.data.value;
  const save = (changes: Partial<SettingValues>, done: string): void =>
    acts.act(() => call('PATCH', '/settings', changes), done);
  return (
    <>
      <PageHead title="Settings" note="They hold from now on and through restarts." />
      <Problem error={settings.problem.value ?? acts.problem.value} />
      <Done text={acts.done.value} />
      {values === null ? null : (
        <Panel title="Chargers">
          <div class="in">
            <label class="check">
              <input
                type="checkbox"
                checked={values.acceptUnknownStations}
                onChange={(event) => {
                  const wanted = event.currentTarget.checked;
                  save(
                    { acceptUnknownStations: wanted },
                    wanted
                      ? 'Chargers that are not registered may connect.'
                      : 'Only registered chargers may connect; others appear under Connect.',
                  );
                }}
              />
              Let chargers connect that are not registered
            </label>
          </div>
          <NumberSetting
            label="Heartbeat interval told to chargers"
            unit="s"
            value={values.heartbeatIntervalS}
            save={(heartbeatIntervalS) =>
              save({ heartbeatIntervalS }, 'Saved. Chargers hear of it with their next BootNotification.')
            }
          />
        </Panel>
      )}
      {values === null ? null : (
        <Panel title="Records">
          <NumberSetting
            label="Messages are kept for"
            unit="days"
            value={values.messageRetentionDays}
            save={(messageRetentionDays) =>
              save({ messageRetentionDays }, 'Saved. Sessions, meter values and the audit log are kept for ever.')
            }
          />
        </Panel>
      )}
      {values === null ? null : <Drivers values={values} save={save} />}
      {values === null ? null : <FirebaseUid values={values} save={save} />}
    </>
  );
}
