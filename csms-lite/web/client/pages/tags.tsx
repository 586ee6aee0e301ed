import { useSignal } from '@preact/signals';
import type { TagView, UnknownTagView } from '../../../api/present.js';
import { ago, dayAndTime, toMs } from '../../shared/format.js';
import { call, type Page } from '../api.js';
import { now } from '../live/state.js';
import type { LiveEvent } from '../live/stream.js';
import { Done, PageHead, Panel, Problem, Scroll } from '../parts/basics.js';
import { type Acts, useActs, useRead } from '../use.js';
import { Places } from './tags/places.js';

const TONES: Record<string, string> = { Accepted: 'good', Blocked: 'fault' };

function putTag(idTag: string, body: object): Promise<TagView> {
  return call<TagView>('PUT', `/id-tags/${encodeURIComponent(idTag)}`, body);
}

/** A PUT replaces the tag: what is not to change is sent along. */
function withStatus(tag: TagView, status: TagView['status']): object {
  const { idTag: _idTag, createdAt: _createdAt, ...rest } = tag;
  return { ...rest, status };
}

type Act = Acts['act'];

function Inbox({ tags, act }: { tags: readonly UnknownTagView[]; act: Act }) {
  return (
    <Panel title="Unknown tags" note="held to a charger and refused">
      {tags.length === 0 ? (
        <p class="in muted">None. A card that nobody has added yet appears here when it is held to a charger.</p>
      ) : (
        <ul class="knocks">
          {tags.map((tag) => (
            <li key={tag.idTag}>
              <p>
                <strong class="mono">{tag.idTag}</strong>{' '}
                <span class="muted">
                  at {tag.lastChargePointId}, {tag.count === 1 ? 'once' : `${tag.count} times`},{' '}
                  {ago(toMs(tag.lastSeenAt), now.value)}
                </span>
              </p>
              <div class="bar">
                <button
                  type="button"
                  class="small primary"
                  onClick={() => act(() => putTag(tag.idTag, { status: 'Accepted' }), `${tag.idTag} may charge now.`)}
                >
                  Add<span class="visually-hidden"> {tag.idTag}</span>
                </button>
                <button
                  type="button"
                  class="small"
                  onClick={() => act(() => putTag(tag.idTag, { status: 'Blocked' }), `${tag.idTag} is blocked.`)}
                >
                  Block<span class="visually-hidden"> {tag.idTag}</span>
                </button>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function KnownTags({ tags, total, acts }: { tags: readonly TagView[]; total: number; acts: Acts }) {
  const { act } = acts;
  if (tags.length === 0)
    return <p class="in muted">No tag yet: add one above, or accept one that was held to a charger.</p>;
  return (
    <>
      <Scroll label="Known tags">
        <table>
          <thead>
            <tr>
              <th>Tag</th>
              <th>State</th>
              <th>May charge at</th>
              <th class="wide">Expires</th>
              <th class="wide">Parent</th>
              <th class="wide">Note</th>
              <th>
                <span class="visually-hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {tags.map((tag) => {
              const blocked = tag.status === 'Blocked';
              return (
                <tr key={tag.idTag}>
                  <td class="mono">{tag.idTag}</td>
                  <td>
                    <span class={`pill ${TONES[tag.status] ?? ''}`}>{tag.status}</span>
                  </td>
                  <td>
                    <Places tag={tag} acts={acts} />
                  </td>
                  <td class="wide">
                    {tag.expiryDate === null ? 'never' : dayAndTime(toMs(tag.expiryDate) ?? 0, now.value)}
                  </td>
                  <td class="mono wide">{tag.parentIdTag ?? ''}</td>
                  <td class="wide">{tag.note ?? ''}</td>
                  <td class="number">
                    <button
                      type="button"
                      class="small"
                      onClick={() =>
                        act(
                          () => putTag(tag.idTag, withStatus(tag, blocked ? 'Accepted' : 'Blocked')),
                          `${tag.idTag} is ${blocked ? 'accepted' : 'blocked'}.`,
                        )
                      }
                    >
                      {blocked ? 'Accept' : 'Block'}
                      <span class="visually-hidden"> {tag.idTag}</span>
                    </button>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scroll>
      {tags.length < total ? (
        <p class="in muted">
          The newest {tags.length} of {total}.
        </p>
      ) : null}
    </>
  );
}

function AddForm({ act }: { act: Act }) {
  const idTag = useSignal('');
  const note = useSignal('');
  return (
    <form
      class="bar in"
      onSubmit={(event) => {
        event.preventDefault();
        const name = idTag.value.trim();
        if (name === '') return;
        act(async () => {
          await putTag(name, { status: 'Accepted', ...(note.value.trim() === '' ? {} : { note: note.value.trim() }) });
          idTag.value = '';
          note.value = '';
        }, `${name} may charge now.`);
      }}
    >
      <label class="field">
        Tag
        <input
          value={idTag.value}
          onInput={(event) => {
            idTag.value = event.currentTarget.value;
          }}
          placeholder="A1B2C3D4"
          maxLength={20}
          size={20}
          required
        />
      </label>
      <label class="field">
        Note
        <input
          value={note.value}
          onInput={(event) => {
            note.value = event.currentTarget.value;
          }}
          placeholder="whose card it is"
        />
      </label>
      <button type="submit" class="primary">
        Add tag
      </button>
    </form>
  );
}

/** Who may charge, and who tried. */
export function Tags() {
  const concerns = (event: LiveEvent): boolean => event.type.startsWith('tag.');
  const known = useRead<Page<TagView>>('/id-tags?limit=500', concerns);
  const unknown = useRead<Page<UnknownTagView>>('/unknown-id-tags?limit=100', concerns);
  const acts = useActs(() => Promise.all([known.reload(), unknown.reload()]));
  const { act } = acts;
  const tags = known.data.value ?? { items: [], total: 0 };

  return (
    <>
      <PageHead title="Tags" note="The cards and tokens that may charge." />
      <Problem error={known.problem.value ?? unknown.problem.value ?? acts.problem.value} />
      <Done text={acts.done.value} />
      <Inbox tags={unknown.data.value?.items ?? []} act={act} />
      <Panel title="Known tags" note={`${tags.total}`}>
        <AddForm act={act} />
        <KnownTags tags={tags.items} total={tags.total} acts={acts} />
      </Panel>
    </>
  );
}
