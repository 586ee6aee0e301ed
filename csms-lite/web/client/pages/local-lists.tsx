import type { ChargePointView } from '../../../api/present.js';
import { ago, toMs } from '../../shared/format.js';
import { call } from '../api.js';
import { now, stationList } from '../live/state.js';
import { Done, PageHead, Problem } from '../parts/basics.js';
import { useActs, useRead } from '../use.js';
import { stationHref } from './stations.js';

/** As `GET /charge-points/{id}/local-list`. */
interface LocalListView {
  version: number;
  reportedVersion: number | null;
  contentKnown: boolean;
  updatedAt?: string;
  entries: { idTag: string }[];
  drift: { missing: string[]; changed: string[]; surplus: string[] } | null;
}

interface SyncResult {
  outcome: 'updated' | 'unchanged' | 'refused' | 'not-supported';
  version: number;
  sent: number;
  omitted: number;
  answer: string | null;
}

/** What a synchronisation did, in a sentence. @throws Error where the charger did not take it */
function sentence({ outcome, version, sent, omitted, answer }: SyncResult): string {
  const left = omitted === 0 ? '' : ` ${omitted} did not fit.`;
  switch (outcome) {
    case 'updated':
      return `Version ${version} is there; ${sent} entries were sent.${left}`;
    case 'unchanged':
      return `Nothing had to be sent: it has version ${version}.${left}`;
    case 'refused':
      throw new Error(`The charger did not take it: ${answer ?? 'no answer'}.`);
    case 'not-supported':
      throw new Error('This charger has no local list.');
  }
}

function stateOf(list: LocalListView): { text: string; tone: string } {
  if (list.reportedVersion === -1) return { text: 'has no local list', tone: '' };
  if (!list.contentKnown) return { text: 'content not known', tone: 'wait' };
  const { drift } = list;
  const differs = drift === null ? 0 : drift.missing.length + drift.changed.length + drift.surplus.length;
  return differs === 0 ? { text: 'as the tags are', tone: 'good' } : { text: `${differs} differ`, tone: 'fault' };
}

function List({ station }: { station: ChargePointView }) {
  const path = `/charge-points/${encodeURIComponent(station.id)}/local-list`;
  const list = useRead<LocalListView>(
    path,
    (event) =>
      event.type.startsWith('tag.') || (event.type === 'command.updated' && event.command.chargePointId === station.id),
  );
  const acts = useActs(list.reload);
  const known = list.data.value;
  const state = known === null ? null : stateOf(known);
  return (
    <li>
      <div>
        <p>
          <strong>
            <a href={stationHref(station.id)}>{station.displayName ?? station.id}</a>
          </strong>{' '}
          {state === null ? null : <span class={`pill ${state.tone}`}>{state.text}</span>}
        </p>
        {known === null ? null : (
          <p class="muted">
            {known.contentKnown ? `Version ${known.version}, ${known.entries.length} entries` : 'Never sent from here'}
            {known.updatedAt === undefined ? '' : `, ${ago(toMs(known.updatedAt), now.value)}`}
            {known.drift === null || known.drift.missing.length === 0
              ? ''
              : `. Missing: ${known.drift.missing.slice(0, 5).join(', ')}`}
          </p>
        )}
        <Problem error={list.problem.value ?? acts.problem.value} />
        <Done text={acts.done.value} />
      </div>
      <button
        type="button"
        class="small"
        disabled={!station.connected || acts.busy.value}
        onClick={() => acts.act(async () => sentence(await call<SyncResult>('POST', `${path}/sync`)), '')}
      >
        {acts.busy.value ? 'Sending…' : station.connected ? 'Bring up to date' : 'Offline'}
        <span class="visually-hidden"> {station.id}</span>
      </button>
    </li>
  );
}

/** The cards that chargers know by themselves, for when there is no network. */
export function LocalLists() {
  return (
    <>
      <PageHead
        title="Local lists"
        note="The cards that a charger knows by itself, so that they charge while it is offline."
      />
      <section class="panel">
        {stationList.value.length === 0 ? (
          <p class="in muted">
            No charge point yet. <a href="/connect">Connect one</a>
          </p>
        ) : (
          <ul class="knocks">
            {stationList.value.map((station) => (
              <List key={station.id} station={station} />
            ))}
          </ul>
        )}
      </section>
    </>
  );
}
