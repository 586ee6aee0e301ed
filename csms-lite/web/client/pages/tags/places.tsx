import { useSignal } from '@preact/signals';
import type { TagView } from '../../../../api/present.js';
import { call } from '../../api.js';
import { stationList } from '../../live/state.js';
import type { Acts } from '../../use.js';

/** Where a tag may charge: everywhere, or at the charge points that are ticked. */
export function Places({ tag, acts }: { tag: TagView; acts: Acts }) {
  const open = useSignal(false);
  const allowed = tag.allowedStations ?? null;
  const chosen = useSignal<ReadonlySet<string>>(new Set(allowed ?? []));
  const known = stationList.value.map(({ id }) => id);
  const all = [...new Set([...known, ...(allowed ?? [])])];
  const save = (places: string[] | null): void => {
    const { idTag, createdAt: _createdAt, ...rest } = tag;
    acts.act(
      async () => {
        // A PUT replaces the tag: what is not to change is sent along.
        await call('PUT', `/id-tags/${encodeURIComponent(idTag)}`, { ...rest, allowedStations: places });
        open.value = false;
      },
      places === null ? `${idTag} may charge everywhere.` : `${idTag} may charge at ${places.join(', ')}.`,
    );
  };
  if (!open.value)
    return (
      <button
        type="button"
        class="small quiet"
        onClick={() => {
          chosen.value = new Set(allowed ?? []);
          open.value = true;
        }}
      >
        {allowed === null ? 'everywhere' : allowed.length === 1 ? allowed[0] : `${allowed.length} chargers`}
        <span class="visually-hidden">, change where {tag.idTag} may charge</span>
      </button>
    );
  return (
    <form
      class="places"
      aria-label={`Where ${tag.idTag} may charge`}
      onSubmit={(event) => {
        event.preventDefault();
        if (chosen.value.size > 0) save([...chosen.value]);
      }}
    >
      {all.map((id) => (
        <label class="check" key={id}>
          <input
            type="checkbox"
            checked={chosen.value.has(id)}
            onChange={(event) => {
              const next = new Set(chosen.value);
              if (event.currentTarget.checked) next.add(id);
              else next.delete(id);
              chosen.value = next;
            }}
          />
          {id}
        </label>
      ))}
      <div class="bar">
        <button type="submit" class="small primary" disabled={acts.busy.value || chosen.value.size === 0}>
          Only there
        </button>
        <button type="button" class="small" disabled={acts.busy.value} onClick={() => save(null)}>
          Everywhere
        </button>
        <button
          type="button"
          class="small"
          onClick={() => {
            open.value = false;
          }}
        >
          Cancel
        </button>
      </div>
    </form>
  );
}
