import { useSignal } from '@preact/signals';
import { fitsFilter, KEEP_MESSAGES } from '../../shared/message-pairs.js';
import { stationList } from '../live/state.js';
import { PageHead, Problem } from '../parts/basics.js';
import { MessageControls, MessageRows, useMessages } from '../parts/message-log.js';

/** Every OCPP frame as it passes. */
export function Messages() {
  const station = useSignal('');
  const text = useSignal('');
  const feed = useMessages(station.value);
  const all = feed.messages.value;
  return (
    <>
      <PageHead title="Messages" note={`OCPP frames as they were on the wire, the newest ${KEEP_MESSAGES}`}>
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
          <MessageControls feed={feed} text={text} />
        </search>
      </PageHead>
      <Problem error={feed.problem.value} />
      <section class="panel">
        <MessageRows shown={all.filter((message) => fitsFilter(message, text.value))} all={all} />
      </section>
    </>
  );
}
