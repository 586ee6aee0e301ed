import { useSignal } from '@preact/signals';
import { power } from '../../shared/format.js';
import { call, type Page } from '../api.js';
import { powerNow, sessions, stationList, stations } from '../live/state.js';
import type { LiveEvent } from '../live/stream.js';
import { Amount, Done, PageHead, Panel, Problem, Scroll } from '../parts/basics.js';
import { useActs, useRead } from '../use.js';
import { stationHref } from './stations.js';

/** As `GET /sites/{id}`. */
interface SiteView {
  id: string;
  name: string;
  limitMa: number | null;
  chargePointIds: string[];
  allocations?: AllocationView[];
}

interface AllocationView {
  chargePointId: string;
  connectorId: number;
  transactionId: number;
  limitMa: number;
  applied: boolean;
}

/** Shares move with sessions and statuses, and are taken over by commands. */
function concerns(event: LiveEvent): boolean {
  return (
    event.type === 'command.updated' ||
    event.type === 'connector.status' ||
    event.type === 'transaction.started' ||
    event.type === 'transaction.stopped'
  );
}

function amps(milliamps: number): { value: string; unit: string } {
  return { value: (milliamps / 1000).toFixed(1), unit: 'A' };
}

function Shares({ site }: { site: SiteView }) {
  const shares = site.allocations ?? [];
  if (shares.length === 0) {
    return (
      <p class="in muted">
        {site.limitMa === null ? 'No limit: every session draws what its charger allows.' : 'No session is running.'}
      </p>
    );
  }
  const total = shares.reduce((sum, share) => sum + share.limitMa, 0);
  return (
    <Scroll label={`Shares of ${site.name}`}>
      <table>
        <thead>
          <tr>
            <th>Connector</th>
            <th class="number">May draw, per phase</th>
            <th class="number">Draws</th>
            <th>State</th>
          </tr>
        </thead>
        <tbody>
          {shares.map((share) => {
            const session = sessions.value.get(share.transactionId);
            const connector = stations.value
              .get(share.chargePointId)
              ?.connectors.find(({ connectorId }) => connectorId === share.connectorId);
            const current = session?.live?.currentMa ?? null;
            return (
              <tr key={`${share.chargePointId} ${share.connectorId}`}>
                <td>
                  <a href={stationHref(share.chargePointId)}>{share.chargePointId}</a> · {share.connectorId}
                </td>
                <td class="number">{share.limitMa === 0 ? 'waits' : <Amount of={amps(share.limitMa)} />}</td>
                <td class="number">
                  {current !== null ? (
                    <Amount of={amps(current)} />
                  ) : (
                    <Amount of={power(session === undefined ? null : powerNow(session, connector).powerW)} />
                  )}
                </td>
                <td>
                  {share.applied ? (
                    <span class="pill good">taken over</span>
                  ) : (
                    <span class="pill">not taken over yet</span>
                  )}
                </td>
              </tr>
            );
          })}
          {site.limitMa === null ? null : (
            <tr class="total">
              <td>Together</td>
              <td class="number">
                <Amount of={amps(total)} /> <span class="muted">of {(site.limitMa / 1000).toFixed(1)} A</span>
              </td>
              <td />
              <td />
            </tr>
          )}
        </tbody>
      </table>
    </Scroll>
  );
}

function Site({ id, changed }: { id: string; changed: () => Promise<unknown> }) {
  const site = useRead<SiteView>(`/sites/${encodeURIComponent(id)}`, concerns);
  const acts = useActs(() => Promise.all([site.reload(), changed()]));
  const typed = useSignal<string | null>(null);
  const known = site.data.value;
  if (known === null) return <Problem error={site.problem.value} />;
  const shown = typed.value ?? (known.limitMa === null ? '' : String(known.limitMa / 1000));
  return (
    <Panel
      title={known.name}
      note={`${known.chargePointIds.length === 0 ? 'no charge point' : known.chargePointIds.join(', ')}`}
    >
      <Problem error={site.problem.value ?? acts.problem.value} />
      <Done text={acts.done.value} />
      <form
        class="bar in"
        onSubmit={(event) => {
          event.preventDefault();
          const limitMa = shown.trim() === '' ? null : Math.round(Number(shown) * 1000);
          acts.act(
            async () => {
              await call('PUT', `/sites/${encodeURIComponent(id)}`, { limitMa });
              typed.value = null;
            },
            limitMa === null ? 'The limit is taken away.' : `${limitMa / 1000} A per phase hold from now on.`,
          );
        }}
      >
        <label class="field">
          Limit for all of it, A per phase
          <input
            type="number"
            min={0}
            step={0.1}
            placeholder="no limit"
            value={shown}
            onInput={(event) => {
              typed.value = event.currentTarget.value;
            }}
          />
        </label>
        <button type="submit" class="primary" disabled={acts.busy.value || typed.value === null}>
          Let it hold
        </button>
      </form>
      <Shares site={known} />
    </Panel>
  );
}

function Places({ sites, changed }: { sites: readonly SiteView[]; changed: () => Promise<unknown> }) {
  const acts = useActs(changed);
  const name = useSignal('');
  return (
    <Panel title="Which charger belongs where">
      <Problem error={acts.problem.value} />
      <Done text={acts.done.value} />
      {stationList.value.length === 0 ? (
        <p class="in muted">
          No charge point yet. <a href="/connect">Connect one</a>
        </p>
      ) : (
        <ul class="knocks">
          {stationList.value.map((station) => (
            <li key={station.id}>
              <p>{station.displayName ?? station.id}</p>
              <label class="field">
                <span class="visually-hidden">Site of {station.id}</span>
                <select
                  value={station.siteId}
                  disabled={acts.busy.value}
                  onChange={(event) => {
                    const siteId = event.currentTarget.value;
                    acts.act(
                      () => call('PUT', `/charge-points/${encodeURIComponent(station.id)}`, { siteId }),
                      `${station.id} belongs to ${siteId}.`,
                    );
                  }}
                >
                  {sites.map((site) => (
                    <option key={site.id} value={site.id}>
                      {site.name}
                    </option>
                  ))}
                </select>
              </label>
            </li>
          ))}
        </ul>
      )}
      <form
        class="bar in"
        onSubmit={(event) => {
          event.preventDefault();
          const wanted = name.value.trim();
          const id = wanted.toLowerCase().replace(/[^a-z0-9]+/g, '-');
          acts.act(async () => {
            await call('PUT', `/sites/${encodeURIComponent(id)}`, { name: wanted });
            name.value = '';
          }, `${wanted} is made.`);
        }}
      >
        <label class="field">
          Another site
          <input
            value={name.value}
            required
            maxLength={100}
            placeholder="North yard"
            onInput={(event) => {
              name.value = event.currentTarget.value;
            }}
          />
        </label>
        <button type="submit" disabled={acts.busy.value}>
          Make it
        </button>
      </form>
    </Panel>
  );
}

/** The current of a site and how it is shared. */
export function Energy() {
  const sites = useRead<Page<SiteView>>('/sites?limit=200', (event) => event.type === 'station.updated');
  const items = sites.data.value?.items ?? [];
  return (
    <>
      <PageHead
        title="Energy limit"
        note="With a limit the current is shared equally among the running sessions, at least 6 A each; who began last waits."
      />
      <Problem error={sites.problem.value} />
      {items.map((site) => (
        <Site key={site.id} id={site.id} changed={sites.reload} />
      ))}
      {sites.data.value === null ? null : <Places sites={items} changed={sites.reload} />}
    </>
  );
}
