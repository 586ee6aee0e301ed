import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ChargePointView, CommandView } from '../../../../api/present.js';
import { CHANGE_NOTES, type ConfigurationKey, configurationOf, KEY_NOTES } from '../../../shared/configuration.js';
import { differsFrom, hasDefaults } from '../../../shared/configuration-defaults.js';
import { ago, toMs } from '../../../shared/format.js';
import { outcomeText } from '../../../shared/outcome.js';
import { type Page, withQuery } from '../../api.js';
import { sendCommand } from '../../command.js';
import { now } from '../../live/state.js';
import { Problem, Scroll } from '../../parts/basics.js';
import { useActs, useRead } from '../../use.js';

interface RowProps {
  station: ChargePointView;
  known: ConfigurationKey;
  changed: () => Promise<void>;
}

/** One key: read-only ones are text, the others a field that Enter sends. */
function Row({ station, known, changed }: RowProps) {
  const told = known.value ?? '';
  const value = useSignal(told);
  const base = useSignal(told);
  const note = useSignal<{ text: string; tone: string } | null>(null);
  const busy = useSignal(false);
  // What the charger tells replaces what was typed only where nothing was typed
  useEffect(() => {
    if (value.peek() === base.peek()) value.value = told;
    base.value = told;
  }, [told]);

  const save = async (): Promise<void> => {
    busy.value = true;
    note.value = null;
    try {
      const command = await sendCommand(station.id, 'change-configuration', { key: known.key, value: value.value });
      const outcome = outcomeText(command);
      note.value = { text: CHANGE_NOTES[outcome.word] ?? `${outcome.word}: ${outcome.meaning}`, tone: outcome.tone };
      if (outcome.tone === 'good') {
        base.value = value.value;
        await sendCommand(station.id, 'get-configuration', { keys: [known.key] });
        await changed();
      }
    } catch (error) {
      note.value = { text: (error as Error).message, tone: 'fault' };
    } finally {
      busy.value = false;
    }
  };

  const dirty = value.value !== told;
  const byDefault = differsFrom(station.vendor, known);
  return (
    <tr>
      <th scope="row">
        <span class="mono">{known.key}</span>
        <span class="note">{KEY_NOTES[known.key] ?? ''}</span>
      </th>
      <td class="grow">
        {known.readonly ? (
          <span class="mono wrap">{told === '' ? '–' : told}</span>
        ) : (
          <form
            class="bar"
            onSubmit={(event) => {
              event.preventDefault();
              if (dirty) void save();
            }}
          >
            <input
              class="mono"
              aria-label={known.key}
              value={value.value}
              maxLength={500}
              disabled={!station.connected || busy.value}
              onInput={(event) => {
                value.value = event.currentTarget.value;
                note.value = null;
              }}
            />
            {dirty ? (
              <>
                <button type="submit" class="small primary" disabled={busy.value}>
                  Save<span class="visually-hidden"> {known.key}</span>
                </button>
                <button
                  type="button"
                  class="small"
                  onClick={() => {
                    value.value = told;
                  }}
                >
                  Undo<span class="visually-hidden"> {known.key}</span>
                </button>
              </>
            ) : null}
          </form>
        )}
        <span role="status" class={note.value === null ? 'visually-hidden' : `tone-${note.value.tone}`}>
          {note.value?.text ?? ''}
        </span>
      </td>
      <td>
        {known.readonly ? <span class="pill">read only</span> : null}
        {byDefault === null ? null : (
          <span class="pill changed">changed; by default {byDefault === '' ? 'empty' : byDefault}</span>
        )}
      </td>
    </tr>
  );
}

/** The charger's configuration keys, edited in place. */
export function ConfigurationTab({ station }: { station: ChargePointView }) {
  const history = useRead<Page<CommandView>>(withQuery('/commands', { chargePointId: station.id, limit: 300 }));
  const acts = useActs(history.reload);
  const text = useSignal('');
  const configuration = history.data.value === null ? null : configurationOf(history.data.value.items);
  const readNow = (): void =>
    acts.act(async () => {
      const command = await sendCommand(station.id, 'get-configuration', {});
      const { word, meaning, tone } = outcomeText(command);
      if (tone !== 'good') throw new Error(`The charger did not tell its configuration. ${word}: ${meaning}`);
    }, '');
  const never = history.data.value !== null && configuration === null;
  // The first look asks by itself; after that the person does
  useEffect(() => {
    if (never && station.connected && !acts.busy.peek() && acts.problem.peek() === null) readNow();
  }, [never, station.connected]);

  const onlyChanged = useSignal(false);
  const wanted = text.value.trim().toLowerCase();
  const shown = (configuration?.keys ?? []).filter(
    (one) =>
      `${one.key} ${one.value ?? ''} ${KEY_NOTES[one.key] ?? ''}`.toLowerCase().includes(wanted) &&
      (!onlyChanged.value || differsFrom(station.vendor, one) !== null),
  );
  return (
    <section class="panel">
      <header>
        <search class="bar">
          <label class="field">
            Filter
            <input
              type="search"
              value={text.value}
              placeholder="key or value"
              onInput={(event) => {
                text.value = event.currentTarget.value;
              }}
            />
          </label>
          <button type="button" disabled={!station.connected || acts.busy.value} onClick={readNow}>
            {acts.busy.value ? 'Reading…' : 'Read again'}
          </button>
          {hasDefaults(station.vendor) ? (
            <label class="check">
              <input
                type="checkbox"
                checked={onlyChanged.value}
                onChange={(event) => {
                  onlyChanged.value = event.currentTarget.checked;
                }}
              />
              Only what differs from its defaults
            </label>
          ) : null}
        </search>
        <p>
          {configuration === null
            ? ''
            : `${configuration.keys.length} keys, told ${ago(toMs(configuration.at), now.value)}`}
        </p>
      </header>
      <Problem error={history.problem.value ?? acts.problem.value} />
      {configuration === null ? (
        <p class="in muted">
          {station.connected ? 'Asking the charger…' : 'Not read yet: the charger has to be connected for that.'}
        </p>
      ) : shown.length === 0 ? (
        <p class="in muted">No key fits the filter.</p>
      ) : (
        <Scroll label="Configuration keys">
          <table class="configuration">
            <tbody>
              {shown.map((known) => (
                <Row key={known.key} station={station} known={known} changed={history.reload} />
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </section>
  );
}
