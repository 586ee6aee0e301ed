import type { CommandView } from '../../../api/present.js';
import { outcomeText } from '../../shared/outcome.js';
import type { Sender } from '../command.js';
import { Problem } from './basics.js';

/** The answer's members beside its status: certificates, schedules, file names. */
export function restOf(response: object | null): object | null {
  if (response === null) return null;
  const { status: _status, ...rest } = response as { status?: unknown };
  return Object.keys(rest).length === 0 ? null : rest;
}

function latency(command: CommandView): string {
  if (command.sentAt === null || command.completedAt === null || command.response === null) return '';
  return `${Math.max(0, Date.parse(command.completedAt) - Date.parse(command.sentAt))} ms`;
}

/** What was asked of the charger and what it said. */
export function Outcome({ of: command, plain = false }: { of: CommandView; plain?: boolean }) {
  const { word, meaning, tone } = outcomeText(command);
  return (
    <div class={`outcome ${tone}`}>
      <p>
        <span class="mono">{command.action}</span> <strong>{word}</strong>{' '}
        <span class="muted">
          {meaning} {latency(command)}
        </span>
      </p>
      {plain || restOf(command.response) === null ? null : (
        <pre>{JSON.stringify(restOf(command.response), null, 2)}</pre>
      )}
    </div>
  );
}

/** The place under a button or form where its answer appears. */
export function SentOutcome({ sender, plain = false }: { sender: Sender; plain?: boolean }) {
  return (
    <div class="answer" role="status">
      {sender.busy.value ? <p class="outcome wait">Waiting for the charger…</p> : null}
      <Problem error={sender.problem.value} />
      {sender.sent.value === null ? null : <Outcome of={sender.sent.value} plain={plain} />}
    </div>
  );
}
