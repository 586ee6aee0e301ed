import { useSignal } from '@preact/signals';
import type { StoredProfile } from './profile-summary.js';

type ProfileBody = Omit<StoredProfile, 'id'>;

interface Step {
  afterMin: string;
  limit: string;
}

const PURPOSES: readonly (readonly [string, string])[] = [
  ['TxDefaultProfile', 'every session (TxDefaultProfile)'],
  ['TxProfile', 'one session (TxProfile)'],
  ['ChargePointMaxProfile', 'the whole station (ChargePointMaxProfile)'],
];
const KINDS: readonly (readonly [string, string])[] = [
  ['Relative', 'when the session starts'],
  ['Absolute', 'at a given time'],
  ['Daily', 'every day'],
  ['Weekly', 'every week'],
];

function localTime(iso: string | undefined): string {
  const at = iso === undefined ? new Date() : new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function stepsOf(profile: StoredProfile | null): readonly Step[] {
  const periods = profile?.chargingSchedule.chargingSchedulePeriod ?? [{ startPeriod: 0, limit: 16 }];
  return periods.map(({ startPeriod, limit }) => ({ afterMin: String(startPeriod / 60), limit: String(limit) }));
}

/** A charging profile (1.6 §7.8) as a form: a name, when it begins, and its steps. */
export function ProfileForm({
  profile,
  busy,
  save,
  cancel,
}: {
  profile: StoredProfile | null;
  busy: boolean;
  save: (body: ProfileBody) => void;
  cancel: (() => void) | null;
}) {
  const name = useSignal(profile?.name ?? '');
  const purpose = useSignal(profile?.chargingProfilePurpose ?? 'TxDefaultProfile');
  const kind = useSignal(profile?.recurrencyKind ?? profile?.chargingProfileKind ?? 'Relative');
  const start = useSignal(localTime(profile?.chargingSchedule.startSchedule));
  const stackLevel = useSignal(String(profile?.stackLevel ?? 0));
  const rateUnit = useSignal<'A' | 'W'>(profile?.chargingSchedule.chargingRateUnit ?? 'A');
  const steps = useSignal<readonly Step[]>(stepsOf(profile));
  const change = (index: number, part: Partial<Step>): void => {
    steps.value = steps.value.map((step, at) => (at === index ? { ...step, ...part } : step));
  };
  const submit = (event: Event): void => {
    event.preventDefault();
    const recurring = kind.value === 'Daily' || kind.value === 'Weekly';
    save({
      name: name.value.trim(),
      stackLevel: Number(stackLevel.value),
      chargingProfilePurpose: purpose.value,
      chargingProfileKind: recurring ? 'Recurring' : kind.value,
      ...(recurring ? { recurrencyKind: kind.value } : {}),
      ...(profile?.validFrom === undefined ? {} : { validFrom: profile.validFrom }),
      ...(profile?.validTo === undefined ? {} : { validTo: profile.validTo }),
      chargingSchedule: {
        ...(kind.value === 'Relative' ? {} : { startSchedule: new Date(start.value).toISOString() }),
        ...(profile?.chargingSchedule.duration === undefined ? {} : { duration: profile.chargingSchedule.duration }),
        ...(profile?.chargingSchedule.minChargingRate === undefined
          ? {}
          : { minChargingRate: profile.chargingSchedule.minChargingRate }),
        chargingRateUnit: rateUnit.value,
        chargingSchedulePeriod: steps.value
          .map(({ afterMin, limit }) => ({ startPeriod: Math.round(Number(afterMin) * 60), limit: Number(limit) }))
          .sort((a, b) => a.startPeriod - b.startPeriod),
      },
    });
  };
  return (
    <form class="in profile-form" onSubmit={submit}>
      <div class="bar">
        <label class="field">
          Name
          <input
            value={name.value}
            required
            maxLength={100}
            placeholder="16 A at night"
            onInput={(event) => {
              name.value = event.currentTarget.value;
            }}
          />
        </label>
        <label class="field">
          For
          <select
            value={purpose.value}
            onChange={(event) => {
              purpose.value = event.currentTarget.value;
            }}
          >
            {PURPOSES.map(([value, text]) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          Begins
          <select
            value={kind.value}
            onChange={(event) => {
              kind.value = event.currentTarget.value;
            }}
          >
            {KINDS.map(([value, text]) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
        </label>
        {kind.value === 'Relative' ? null : (
          <label class="field">
            From (your time zone)
            <input
              type="datetime-local"
              required
              value={start.value}
              onInput={(event) => {
                start.value = event.currentTarget.value;
              }}
            />
          </label>
        )}
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
        <label class="field">
          Stack level
          <input
            type="number"
            min={0}
            required
            value={stackLevel.value}
            onInput={(event) => {
              stackLevel.value = event.currentTarget.value;
            }}
          />
        </label>
      </div>
      <fieldset>
        <legend>Steps</legend>
        {steps.value.map((step, index) => (
          <div class="bar" key={index}>
            <label class="field">
              After, min
              <input
                type="number"
                min={0}
                step="any"
                required
                value={step.afterMin}
                onInput={(event) => change(index, { afterMin: event.currentTarget.value })}
              />
            </label>
            <label class="field">
              Limit, {rateUnit.value}
              <input
                type="number"
                min={0}
                step={0.1}
                required
                value={step.limit}
                onInput={(event) => change(index, { limit: event.currentTarget.value })}
              />
            </label>
            {steps.value.length === 1 ? null : (
              <button
                type="button"
                class="small"
                onClick={() => {
                  steps.value = steps.value.filter((_step, at) => at !== index);
                }}
              >
                Remove<span class="visually-hidden"> step {index + 1}</span>
              </button>
            )}
          </div>
        ))}
        <button
          type="button"
          class="small"
          onClick={() => {
            steps.value = [
              ...steps.value,
              { afterMin: String(Number(steps.value.at(-1)?.afterMin ?? 0) + 60), limit: '16' },
            ];
          }}
        >
          Another step
        </button>
      </fieldset>
      <div class="bar">
        <button type="submit" class="primary" disabled={busy}>
          Store
        </button>
        {cancel === null ? null : (
          <button type="button" onClick={cancel}>
            Leave it as it was
          </button>
        )}
      </div>
    </form>
  );
}
