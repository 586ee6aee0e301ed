import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { MessageView } from '../../../api/present.js';
import { clock, toMs } from '../../shared/format.js';
import { type Page, read } from '../api.js';
import { stationList } from '../live/state.js';
import { generation, onMessage } from '../live/stream.js';
import { PageHead, Problem } from '../parts/basics.js';

const KEEP = 500;
/** The log is written in groups: what is read right after a gap may lack the last frames, so it is read once more. */
const LOG_DELAY_MS = 600;

function keyOf(message: MessageView): string {
  return `${message.chargePointId} ${message.direction} ${message.kind} ${message.messageId ?? ''} ${message.at}`;
}

/** Both lists in one, newest first, each frame once. */
export function mergeMessages(a: readonly MessageView[], b: readonly MessageView[]): MessageView[] {
  const byKey = new Map<string, MessageView>();
  for (const message of [...a, ...b]) {
    const key = keyOf(message);
    if (!byKey.has(key)) byKey.set(key, message);
  }
  return [...byKey.values()].sort((x, y) => y.at.localeCompare(x.at)).slice(0, KEEP);
}

/** The payload of a frame as one line; the whole frame when it is none. */
function payloadOf(message: MessageView): string {
  try {
    const frame = JSON.parse(message.text) as unknown[];
    if (message.kind === 'CALLERROR') return `${String(frame[2])}: ${String(frame[3])}`;
    return JSON.stringify(message.kind === 'CALL' ? frame[3] : frame[2]);
  } catch {
    return message.text;
  }
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

const KIND_SUFFIX: Record<string, string> = { CALLRESULT: ' answer', CALLERROR: ' error', INVALID: ' (not OCPP)' };

function Row({ message }: { message: MessageView }) {
  const atMs = toMs(message.at) ?? 0;
  const open = useSignal(false);
  return (
    <li class={message.kind === 'CALLERROR' || message.kind === 'INVALID' ? 'error' : ''}>
      <details
        onToggle={(event) => {
          open.value = event.currentTarget.open;
        }}
      >
        <summary>
          <time dateTime={message.at}>{clock(atMs)}</time>
          <span class={message.direction === 'in' ? 'way' : 'way sent'}>
            <span aria-hidden="true">{message.direction === 'in' ? '→' : '←'}</span>
            <span class="visually-hidden">{message.direction === 'in' ? 'from' : 'to'}</span>
          </span>
          <span class="where">{message.chargePointId}</span>
          <span class="action">
            {message.action ?? message.kind}
            <span class="muted">{KIND_SUFFIX[message.kind] ?? ''}</span>
          </span>
          <span class="payload">{payloadOf(message)}</span>
          <span class="latency">{message.latencyMs === null ? '' : `${Math.round(message.latencyMs)} ms`}</span>
        </summary>
        {open.value ? <pre>{pretty(message.text)}</pre> : null}
      </details>
    </li>
  );
}

/** Every OCPP frame as it passes. */
export function Messages() {
  const messages = useSignal<readonly MessageView[]>([]);
  const waiting = useSignal<readonly MessageView[]>([]);
  const paused = useSignal(false);
  const station = useSignal('');
  const text = useSignal('');
  const problem = useSignal<Error | null>(null);

  const load = async (): Promise<void> => {
    try {
      const page = await read<Page<MessageView>>('/messages?limit=300');
      messages.value = mergeMessages(page.items, messages.value);
      problem.value = null;
    } catch (error) {
      problem.value = error as Error;
    }
  };

  // A gap in the stream is what reads again
  useEffect(() => {
    void load();
    const again = window.setTimeout(() => void load(), LOG_DELAY_MS);
    return () => clearTimeout(again);
  }, [generation.value]);
  // One subscription for the page's life
  useEffect(
    () =>
      onMessage((message) => {
        if (paused.value) waiting.value = mergeMessages([message], waiting.value);
        else messages.value = mergeMessages([message], messages.value);
      }),
    [],
  );

  const pause = (): void => {
    if (paused.value) messages.value = mergeMessages(waiting.value, messages.value);
    waiting.value = [];
    paused.value = !paused.value;
  };
  const wanted = text.value.trim().toLowerCase();
  const shown = messages.value.filter(
    (message) =>
      (station.value === '' || message.chargePointId === station.value) &&
      (wanted === '' ||
        (message.action ?? '').toLowerCase().includes(wanted) ||
        message.text.toLowerCase().includes(wanted)),
  );

  return (
    <>
      <PageHead title="Messages" note={`OCPP frames as they were on the wire, the newest ${KEEP}`}>
        <search class="bar">
          <label class="field">
            Charge point
            <select
              value={station.value}
              onChange={(event) => {
                station.value = event.currentTarget.value;
              }}
            >
              <option value="">all</option>
              {stationList.value.map(({ id }) => (
                <option key={id} value={id}>
                  {id}
                </option>
              ))}
            </select>
          </label>
          <label class="field">
            Filter
            <input
              type="search"
              value={text.value}
              placeholder="action or text"
              onInput={(event) => {
                text.value = event.currentTarget.value;
              }}
            />
          </label>
          <button type="button" onClick={pause} aria-pressed={paused.value}>
            {paused.value ? `Go on (${waiting.value.length} waiting)` : 'Pause'}
          </button>
        </search>
      </PageHead>
      <Problem error={problem.value} />
      <section class="panel">
        {shown.length === 0 ? (
          <p class="in muted">
            {messages.value.length === 0
              ? 'No message yet. They appear as chargers send them.'
              : 'No message fits the filter.'}
          </p>
        ) : (
          <ol class="log">
            {shown.map((message) => (
              <Row key={keyOf(message)} message={message} />
            ))}
          </ol>
        )}
      </section>
    </>
  );
}
