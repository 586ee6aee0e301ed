import { useSignal } from '@preact/signals';
import type { ChargePointView, TagView } from '../../../api/present.js';
import type { Page } from '../api.js';
import { useRead } from '../use.js';
import { Problem } from './basics.js';

interface ProfileName {
  id: number;
  name: string;
  chargingProfilePurpose: string;
}

/** Starts a session from here: with which tag, and with which profile. */
export function StartForm({
  station,
  connectorId,
  send,
}: {
  station: ChargePointView;
  connectorId: number;
  send: (body: object) => Promise<void>;
}) {
  const tags = useRead<Page<TagView>>('/id-tags?limit=500');
  const profiles = useRead<Page<ProfileName>>('/charging-profiles?limit=500');
  const idTag = useSignal('');
  const profile = useSignal('');
  const list = `tags-${station.id}-${connectorId}`;
  // 1.6 §5.11: only a TxProfile may travel with a remote start
  const fitting = profiles.data.value?.items.filter((one) => one.chargingProfilePurpose === 'TxProfile') ?? [];
  return (
    <form
      class="bar in"
      onSubmit={(event) => {
        event.preventDefault();
        void send({
          idTag: idTag.value.trim(),
          connectorId,
          ...(profile.value === '' ? {} : { chargingProfileId: Number(profile.value) }),
        });
      }}
    >
      <Problem error={tags.problem.value ?? profiles.problem.value} />
      <label class="field">
        Tag to charge with
        <input
          value={idTag.value}
          list={list}
          required
          maxLength={20}
          autocomplete="off"
          placeholder="A1B2C3D4"
          onInput={(event) => {
            idTag.value = event.currentTarget.value;
          }}
        />
      </label>
      <datalist id={list}>
        {(tags.data.value?.items ?? [])
          .filter((tag) => tag.status === 'Accepted')
          .map((tag) => (
            <option key={tag.idTag} value={tag.idTag}>
              {tag.note ?? ''}
            </option>
          ))}
      </datalist>
      {fitting.length === 0 ? null : (
        <label class="field">
          Profile
          <select
            value={profile.value}
            onChange={(event) => {
              profile.value = event.currentTarget.value;
            }}
          >
            <option value="">none</option>
            {fitting.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
          </select>
        </label>
      )}
      <button type="submit" class="primary">
        Start now
      </button>
    </form>
  );
}
