import { useSignal } from '@preact/signals';
import type { ChargePointView, CommandView } from '../../../../api/present.js';
import { clock, dayAndTime, toMs } from '../../../shared/format.js';
import { outcomeText } from '../../../shared/outcome.js';
import { type Page, withQuery } from '../../api.js';
import { now } from '../../live/state.js';
import { Panel, Problem } from '../../parts/basics.js';
import { type CommandDescription, CommandForm } from '../../parts/command-form.js';
import { useRead } from '../../use.js';

/** What a charge point of this OCPP version takes; one that never connected is taken for 1.6. */
export function descriptionsFor(
  station: ChargePointView,
  page: Page<CommandDescription> | null,
): readonly CommandDescription[] {
  const version = station.ocppVersion ?? '1.6';
  return (page?.items ?? []).filter(({ versions }) => versions.includes(version));
}

function HistoryRow({ command }: { command: CommandView }) {
  const { word, meaning, tone } = outcomeText(command);
  return (
    <li>
      <details>
        <summary class="short">
          <time dateTime={command.createdAt} title={dayAndTime(toMs(command.createdAt) ?? 0, now.value)}>
            {clock(toMs(command.createdAt) ?? 0)}
          </time>
          <span class="action">{command.action}</span>
          <span class={`pill ${tone}`}>{word}</span>
        </summary>
        <pre>
          <span class="muted">asked </span>
          {JSON.stringify(command.request, null, 2)}
          {'\n'}
          <span class="muted">answer </span>
          {command.response === null ? `${word}: ${meaning}` : JSON.stringify(command.response, null, 2)}
          {command.lateAnswerAt === null ? '' : '\nThe answer came after the time-out.'}
        </pre>
      </details>
    </li>
  );
}

/** What was asked of this charge point, newest first, with its answers. */
export function CommandHistory({ chargePointId }: { chargePointId: string }) {
  const { data, problem } = useRead<Page<CommandView>>(
    withQuery('/commands', { chargePointId, limit: 50 }),
    (event) => event.type === 'command.updated' && event.command.chargePointId === chargePointId,
  );
  const page = data.value;
  return (
    <Panel title="Asked so far" note={page === null ? undefined : `the newest ${page.items.length} of ${page.total}`}>
      <Problem error={problem.value} />
      {page === null ? null : page.items.length === 0 ? (
        <p class="in muted">Nothing yet. What is sent from here, from the command line and by programs is listed.</p>
      ) : (
        <ol class="log">
          {page.items.map((command) => (
            <HistoryRow key={command.id} command={command} />
          ))}
        </ol>
      )}
    </Panel>
  );
}

/** Every OCPP call as a form made from its schema. */
export function CommandsTab({ station }: { station: ChargePointView }) {
  const { data, problem } = useRead<Page<CommandDescription>>('/command-descriptions');
  const chosen = useSignal('trigger-message');
  const descriptions = descriptionsFor(station, data.value);
  const description = descriptions.find(({ name }) => name === chosen.value) ?? descriptions[0];
  return (
    <div class="two">
      <Panel title="Ask the charger">
        <Problem error={problem.value} />
        <div class="in">
          <label class="field">
            Command
            <select
              value={description?.name ?? ''}
              onChange={(event) => {
                chosen.value = event.currentTarget.value;
              }}
            >
              {descriptions.map(({ name, action }) => (
                <option key={name} value={name}>
                  {action ?? 'any call, as JSON'}
                </option>
              ))}
            </select>
          </label>
        </div>
        {description === undefined ? null : (
          <CommandForm key={description.name} chargePointId={station.id} description={description} />
        )}
      </Panel>
      <CommandHistory chargePointId={station.id} />
    </div>
  );
}
