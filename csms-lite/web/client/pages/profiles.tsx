import { useSignal } from '@preact/signals';
import { call, type Page } from '../api.js';
import { Done, PageHead, Panel, Problem } from '../parts/basics.js';
import { ProfileForm } from '../parts/profile-form.js';
import { type StoredProfile, summaryOf } from '../parts/profile-summary.js';
import { useActs, useRead } from '../use.js';

/** The library of charging profiles; they go to a charger from its page or with a remote start. */
export function Profiles() {
  const profiles = useRead<Page<StoredProfile>>('/charging-profiles?limit=500');
  const acts = useActs(profiles.reload);
  const edited = useSignal<StoredProfile | null>(null);
  const items = profiles.data.value?.items ?? [];
  return (
    <>
      <PageHead
        title="Charging profiles"
        note="Limits over time. Set one on a charger on its page, under Profiles, or with a remote start."
      />
      <Problem error={profiles.problem.value ?? acts.problem.value} />
      <Done text={acts.done.value} />
      <Panel title="Stored" note={`${items.length}`}>
        {profiles.data.value !== null && items.length === 0 ? (
          <p class="in muted">None yet: make one below.</p>
        ) : (
          <ul class="knocks">
            {items.map((profile) => (
              <li key={profile.id}>
                <div>
                  <p>
                    <strong>{profile.name}</strong> <span class="muted mono">{profile.id}</span>
                  </p>
                  <p class="muted">{summaryOf(profile)}</p>
                </div>
                <div class="bar">
                  <button
                    type="button"
                    class="small"
                    onClick={() => {
                      edited.value = profile;
                    }}
                  >
                    Change<span class="visually-hidden"> {profile.name}</span>
                  </button>
                  <button
                    type="button"
                    class="small"
                    onClick={() =>
                      acts.act(
                        () => call('DELETE', `/charging-profiles/${profile.id}`),
                        `${profile.name} is forgotten here. Chargers that have it keep it until it is cleared there.`,
                      )
                    }
                  >
                    Forget<span class="visually-hidden"> {profile.name}</span>
                  </button>
                </div>
              </li>
            ))}
          </ul>
        )}
      </Panel>
      <Panel title={edited.value === null ? 'New profile' : `Change ${edited.value.name}`}>
        <ProfileForm
          key={edited.value?.id ?? 'new'}
          profile={edited.value}
          busy={acts.busy.value}
          cancel={
            edited.value === null
              ? null
              : () => {
                  edited.value = null;
                }
          }
          save={(body) => {
            const { value } = edited;
            acts.act(async () => {
              if (value === null) await call('POST', '/charging-profiles', body);
              else await call('PUT', `/charging-profiles/${value.id}`, body);
              edited.value = null;
            }, `${body.name} is stored.`);
          }}
        />
      </Panel>
    </>
  );
}
