import { useSignal } from '@preact/signals';
import { clock, dayAndTime, toMs } from '../../shared/format.js';
import { type Page, withQuery } from '../api.js';
import { now } from '../live/state.js';
import { PageHead, Problem } from '../parts/basics.js';
import { useRead } from '../use.js';

interface AuditView {
  id: number;
  at: string;
  actor: string;
  action: string;
  subject: string;
  details: object;
}

const PAGE = 100;

/** Who changed what. */
export function Audit() {
  const limit = useSignal(PAGE);
  const subject = useSignal('');
  const { data, problem, reload } = useRead<Page<AuditView>>(
    withQuery('/audit', { limit: Math.min(limit.value, 1000), subject: subject.value.trim() }),
  );
  const page = data.value;
  return (
    <>
      <PageHead title="Audit log" note={page === null ? undefined : `${page.total} entries, newest first`}>
        <search class="bar">
          <label class="field">
            About
            <input
              type="search"
              value={subject.value}
              placeholder="charge point, tag, session"
              onChange={(event) => {
                subject.value = event.currentTarget.value;
              }}
            />
          </label>
          <button type="button" onClick={() => void reload()}>
            Read again
          </button>
        </search>
      </PageHead>
      <Problem error={problem.value} />
      {page === null ? null : (
        <section class="panel">
          {page.items.length === 0 ? (
            <p class="in muted">
              {subject.value === ''
                ? 'Nothing yet. What people and programs change here is written down.'
                : `Nothing about ${subject.value}.`}
            </p>
          ) : (
            <ol class="log">
              {page.items.map((entry) => (
                <li key={entry.id}>
                  <details>
                    <summary class="audit">
                      <time dateTime={entry.at} title={clock(toMs(entry.at) ?? 0)}>
                        {dayAndTime(toMs(entry.at) ?? 0, now.value)}
                      </time>
                      <span class="action">{entry.action}</span>
                      <span class="where mono">{entry.subject}</span>
                      <span class="muted">{entry.actor}</span>
                    </summary>
                    <pre>{JSON.stringify(entry.details, null, 2)}</pre>
                  </details>
                </li>
              ))}
            </ol>
          )}
        </section>
      )}
      {page !== null && page.items.length < page.total && limit.value < 1000 ? (
        <div>
          <button
            type="button"
            onClick={() => {
              limit.value += PAGE;
            }}
          >
            Older entries
          </button>
        </div>
      ) : null}
    </>
  );
}
