import { type Signal, useSignal } from '@preact/signals';
import { Fragment } from 'preact';
import { useEffect } from 'preact/hooks';
import type { MessageView } from '../../../api/present.js';
import { curlOf, jsonOf } from '../../shared/copy-message.js';
import { clock, toMs } from '../../shared/format.js';
import { mergeMessages, messageKey, partnerOf, payloadLine } from '../../shared/message-pairs.js';
import { type Page, read, withQuery } from '../api.js';
import { generation, onMessage } from '../live/stream.js';
import { CopyButton } from './copy-button.js';

/** The log is written in groups: what is read right after a gap may lack the last frames, so it is read once more. */
const LOG_DELAY_MS = 600;
/** A busy site sends hundreds of frames a second: the page draws them in groups. */
const DRAW_EVERY_MS = 200;

export interface MessageFeed {
  messages: Signal<readonly MessageView[]>;
  /** How many came while it was paused. */
  waiting: Signal<number>;
  paused: Signal<boolean>;
  problem: Signal<Error | null>;
  togglePause: () => void;
}

/** The newest frames, of one charge point or of all, and those that come. */
export function useMessages(chargePointId: string): MessageFeed {
  const messages = useSignal<readonly MessageView[]>([]);
  const waiting = useSignal(0);
  const paused = useSignal(false);
  const problem = useSignal<Error | null>(null);
  const arrived = useSignal<MessageView[]>([]);

  const flush = (): void => {
    if (arrived.peek().length === 0) return;
    messages.value = mergeMessages(arrived.peek(), messages.peek());
    arrived.value = [];
    waiting.value = 0;
  };
  const load = async (): Promise<void> => {
    try {
      const page = await read<Page<MessageView>>(withQuery('/messages', { chargePointId, limit: 300 }));
      messages.value = mergeMessages(page.items, messages.peek());
      problem.value = null;
    } catch (error) {
      problem.value = error as Error;
    }
  };

  // Another charge point or a gap in the stream is what reads again
  useEffect(() => {
    messages.value = messages
      .peek()
      .filter((message) => chargePointId === '' || message.chargePointId === chargePointId);
    void load();
    const again = window.setTimeout(() => void load(), LOG_DELAY_MS);
    return () => clearTimeout(again);
  }, [chargePointId, generation.value]);
  // One subscription per charge point
  useEffect(() => {
    let timer: number | undefined;
    const stop = onMessage((message) => {
      if (chargePointId !== '' && message.chargePointId !== chargePointId) return;
      arrived.value = [...arrived.peek(), message].slice(-1000);
      timer ??= window.setTimeout(() => {
        timer = undefined;
        if (paused.peek()) waiting.value = arrived.peek().length;
        else flush();
      }, DRAW_EVERY_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
      arrived.value = [];
    };
  }, [chargePointId]);

  return {
    messages,
    waiting,
    paused,
    problem,
    togglePause: () => {
      paused.value = !paused.value;
      if (!paused.value) flush();
    },
  };
}

const KIND_SUFFIX: Record<string, string> = { CALLRESULT: ' answer', CALLERROR: ' error', INVALID: ' (not OCPP)' };

/** The frame and the one that belongs to it: the question above the answer. */
function Pair({ message, all }: { message: MessageView; all: readonly MessageView[] }) {
  const partner = partnerOf(message, all);
  const frames = partner === null ? [message] : message.kind === 'CALL' ? [message, partner] : [partner, message];
  return (
    <>
      {frames.map((frame) => (
        <Fragment key={messageKey(frame)}>
          <pre>
            <span class="muted">
              {clock(toMs(frame.at) ?? 0)} {frame.direction === 'in' ? 'from' : 'to'} {frame.chargePointId}
              {frame.latencyMs === null ? '' : `, answered after ${Math.round(frame.latencyMs)} ms`}
            </span>
            {'\n'}
            {jsonOf(frame.text)}
          </pre>
          <div class="bar in">
            <CopyButton text={() => jsonOf(frame.text)} label="Copy JSON" what={`of ${frame.action ?? frame.kind}`} />
            <CopyButton
              text={() => curlOf(frame, location.origin)}
              label="Copy as curl"
              what={`${frame.action ?? frame.kind}`}
            />
          </div>
        </Fragment>
      ))}
      {partner === null && message.kind === 'CALL' ? <p class="in muted">No answer in this list.</p> : null}
    </>
  );
}

function Row({ message, all }: { message: MessageView; all: readonly MessageView[] }) {
  const open = useSignal(false);
  return (
    <li class={message.kind === 'CALLERROR' || message.kind === 'INVALID' ? 'error' : ''}>
      <details
        onToggle={(event) => {
          open.value = event.currentTarget.open;
        }}
      >
        <summary>
          <time dateTime={message.at}>{clock(toMs(message.at) ?? 0)}</time>
          <span class={message.direction === 'in' ? 'way' : 'way sent'}>
            <span aria-hidden="true">{message.direction === 'in' ? '→' : '←'}</span>
            <span class="visually-hidden">{message.direction === 'in' ? 'from' : 'to'}</span>
          </span>
          <span class="where">{message.chargePointId}</span>
          <span class="action">
            {message.action ?? message.kind}
            <span class="muted">{KIND_SUFFIX[message.kind] ?? ''}</span>
          </span>
          <span class="payload">{payloadLine(message)}</span>
          <span class="latency">{message.latencyMs === null ? '' : `${Math.round(message.latencyMs)} ms`}</span>
        </summary>
        {open.value ? <Pair message={message} all={all} /> : null}
      </details>
    </li>
  );
}

/** A list of frames, newest first; `all` is where the partners of `shown` are looked for. */
export function MessageRows({ shown, all }: { shown: readonly MessageView[]; all: readonly MessageView[] }) {
  if (shown.length === 0) {
    return (
      <p class="in muted">
        {all.length === 0 ? 'No message yet. They appear as chargers send them.' : 'No message fits the filter.'}
      </p>
    );
  }
  return (
    <ol class="log">
      {shown.map((message) => (
        <Row key={messageKey(message)} message={message} all={all} />
      ))}
    </ol>
  );
}

/** Filter and pause. */
export function MessageControls({ feed, text }: { feed: MessageFeed; text: Signal<string> }) {
  return (
    <>
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
      <button type="button" onClick={feed.togglePause} aria-pressed={feed.paused.value}>
        {feed.paused.value ? `Go on (${feed.waiting.value} waiting)` : 'Pause'}
      </button>
    </>
  );
}
