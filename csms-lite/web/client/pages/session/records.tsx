import type { SampleView, TransactionEventView } from '../../../../api/present.js';
import { clock, toMs } from '../../../shared/format.js';
import { Scroll } from '../../parts/basics.js';

/** What the charge point said about the session, word by word. */
export function RawEvents({ events }: { events: readonly TransactionEventView[] }) {
  if (events.length === 0) return <p class="in muted">Nothing was reported.</p>;
  return (
    <ol class="log">
      {events.map((event) => (
        <li key={event.id}>
          <details>
            <summary class="short">
              <time dateTime={event.receivedAt}>{clock(toMs(event.receivedAt) ?? 0)}</time>
              <span class="action">{event.action}</span>
              <span class="muted">{event.effect === 'stored' ? '' : event.effect}</span>
            </summary>
            <pre>{JSON.stringify(event.payload, null, 2)}</pre>
          </details>
        </li>
      ))}
    </ol>
  );
}

/** Every sample, in base units and as it was sent. */
export function Samples({ samples }: { samples: readonly SampleView[] }) {
  return (
    <details>
      <summary class="in">All {samples.length} meter samples</summary>
      <Scroll label="Meter samples">
        <table>
          <thead>
            <tr>
              <th>Time</th>
              <th>Measurand</th>
              <th>Phase</th>
              <th class="number">Value</th>
              <th>Context</th>
              <th>As sent</th>
            </tr>
          </thead>
          <tbody>
            {samples.slice(-500).map((sample, index) => (
              <tr key={`${sample.at} ${sample.measurand} ${sample.phase ?? ''} ${index}`}>
                <td>{clock(toMs(sample.at) ?? 0)}</td>
                <td>{sample.measurand}</td>
                <td>{sample.phase ?? ''}</td>
                <td class="number">
                  {sample.value ?? '–'}
                  <span class="unit">{sample.unit}</span>
                </td>
                <td>{sample.context}</td>
                <td class="mono">
                  {sample.rawValue} {sample.rawUnit ?? ''}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </details>
  );
}
