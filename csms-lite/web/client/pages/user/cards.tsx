import type { TagView } from '../../../../api/present.js';
import type { Page } from '../../api.js';
import { Done, Panel, Problem } from '../../parts/basics.js';
import { useActs, useRead } from '../../use.js';
import { Places } from '../tags/places.js';

/** The cards of one person, and where each may charge. */
export function Cards({ idTags }: { idTags: readonly string[] }) {
  const tags = useRead<Page<TagView>>('/id-tags?limit=1000', (event) => event.type.startsWith('tag.'));
  const acts = useActs(tags.reload);
  const known = new Map((tags.data.value?.items ?? []).map((tag) => [tag.idTag.toUpperCase(), tag]));
  return (
    <Panel title="Cards" note="where each may charge">
      <Problem error={tags.problem.value ?? acts.problem.value} />
      <Done text={acts.done.value} />
      {idTags.length === 0 ? (
        <p class="in muted">None. Write the numbers of the cards into the form below.</p>
      ) : (
        <ul class="knocks">
          {idTags.map((idTag) => {
            const tag = known.get(idTag.toUpperCase());
            return (
              <li key={idTag}>
                <p>
                  <strong class="mono">{idTag}</strong>{' '}
                  {tag === undefined ? (
                    <span class="muted">
                      is no known tag yet: add it on the page <a href="/tags">Tags</a>
                    </span>
                  ) : (
                    <span class={`pill ${tag.status === 'Accepted' ? 'good' : 'fault'}`}>{tag.status}</span>
                  )}
                </p>
                {tag === undefined ? null : <Places tag={tag} acts={acts} />}
              </li>
            );
          })}
        </ul>
      )}
    </Panel>
  );
}
