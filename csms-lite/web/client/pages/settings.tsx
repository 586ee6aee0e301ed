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
    </>
  );
}
