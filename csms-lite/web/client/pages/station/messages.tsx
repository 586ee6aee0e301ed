import { useSignal } from '@preact/signals';
import type { ChargePointView } from '../../../../api/present.js';
import { fitsFilter, KEEP_MESSAGES } from '../../../shared/message-pairs.js';
import { Problem } from '../../parts/basics.js';
import { MessageControls, MessageRows, useMessages } from '../../parts/message-log.js';

/** What this charge point says and hears, as it passes. */
export function MessagesTab({ station }: { station: ChargePointView }) {
  const text = useSignal('');
  const feed = useMessages(station.id);
  const all = feed.messages.value;
  return (
    <section class="panel">
      <header>
        <search class="bar">
          <MessageControls feed={feed} text={text} />
        </search>
        <p>the newest {KEEP_MESSAGES}; open one to see its answer</p>
      </header>
      <Problem error={feed.problem.value} />
      <MessageRows shown={all.filter((message) => fitsFilter(message, text.value))} all={all} />
    </section>
  );
}
