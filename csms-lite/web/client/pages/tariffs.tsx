import { useSignal } from '@preact/signals';
import type { FormValues } from '../../shared/schema-form.js';
import { call, type Page } from '../api.js';
import { stationList } from '../live/state.js';
import { Done, PageHead, Panel, Problem } from '../parts/basics.js';
import { SchemaForm } from '../parts/schema-form.js';
import { type Acts, useActs, useRead } from '../use.js';

interface TariffPrices {
  name: string;
  version: number;
  currency: string;
  pricePerKwh: string;
  pricePerMinute: string;
  pricePerSession: string;
  pricePerIdleMinute: string;
  idleGraceMinutes: number;
  taxPercent: string;
  pricesIncludeTax: boolean;
  hold: string;
}

/** As `GET /tariffs`. */
interface TariffView {
  id: number;
  archived: boolean;
  current: TariffPrices;
  versions: TariffPrices[];
}

interface AssignmentView {
  kind: 'site' | 'station' | 'connector';
  target: string;
  connectorId: number;
  tariffId: number;
}

const price = (title: string) => ({ type: 'string', title, description: 'such as 0.45' });
const SCHEMA = {
  type: 'object',
  required: ['name'],
  properties: {
    name: { type: 'string', title: 'Name' },
    currency: {
      type: 'string',
      title: 'Currency',
      examples: ['EUR', 'CHF', 'GBP', 'IDR', 'USD'],
      description: 'EUR when empty',
    },
    pricePerKwh: price('Price per kWh'),
    pricePerMinute: price('Price per minute of charging'),
    pricePerSession: price('Price per session'),
    pricePerIdleMinute: price('Price per minute after charging, while the car stays'),
    idleGraceMinutes: { type: 'integer', title: 'Free minutes after charging' },
    taxPercent: { type: 'string', title: 'Tax, %', description: 'such as 19' },
    pricesIncludeTax: { type: 'boolean', title: 'Do the prices include the tax?', description: 'yes when empty' },
    hold: { type: 'string', title: 'Reserved in a wallet while a session runs', description: '5 when empty' },
  },
};

function summaryOf(tariff: TariffPrices): string {
  const parts: readonly (readonly [string, string])[] = [
    [tariff.pricePerKwh, 'per kWh'],
    [tariff.pricePerMinute, 'per minute'],
    [tariff.pricePerSession, 'per session'],
    [tariff.pricePerIdleMinute, `per minute after charging (${tariff.idleGraceMinutes} min free)`],
  ];
  const told = parts
    .filter(([amount]) => Number(amount) !== 0)
    .map(([amount, per]) => `${amount} ${tariff.currency} ${per}`);
  const tax =
    Number(tariff.taxPercent) === 0
      ? ''
      : `, ${tariff.taxPercent} % tax ${tariff.pricesIncludeTax ? 'included' : 'added'}`;
  return `${told.length === 0 ? 'Free' : told.join(', ')}${tax}`;
}

function initialOf(tariff: TariffView | null): FormValues {
  if (tariff === null) return {};
  const { version: _version, ...prices } = tariff.current;
  return Object.fromEntries(Object.entries(prices).map(([name, value]) => [name, String(value)]));
}

function Assignments({
  tariffs,
  assignments,
  acts,
}: {
  tariffs: readonly TariffView[];
  assignments: readonly AssignmentView[];
  acts: Acts;
}) {
  const place = useSignal('');
  const tariffId = useSignal('');
  const usable = tariffs.filter(({ archived }) => !archived);
  const nameOf = (id: number): string => tariffs.find((one) => one.id === id)?.current.name ?? String(id);
  const bodyFor = (kind: string, target: string, connectorId: number): object =>
    kind === 'site' ? { siteId: target } : { chargePointId: target, ...(connectorId === 0 ? {} : { connectorId }) };
  const places = [
    { key: JSON.stringify({ siteId: 'default' }), label: 'everywhere' },
    ...stationList.value.flatMap((station) => [
      { key: JSON.stringify(bodyFor('station', station.id, 0)), label: station.displayName ?? station.id },
      ...station.connectors.map(({ connectorId }) => ({
        key: JSON.stringify(bodyFor('connector', station.id, connectorId)),
        label: `${station.displayName ?? station.id} · ${connectorId}`,
      })),
    ]),
  ];
  const put = (body: object, tariff: number | null, done: string): void =>
    acts.act(() => call('PUT', '/tariff-assignments', { ...body, tariffId: tariff }), done);
  return (
    <>
      {assignments.length === 0 ? (
        <p class="in muted">No tariff holds anywhere: charging is free.</p>
      ) : (
        <ul class="knocks">
          {assignments.map(({ kind, target, connectorId, tariffId: id }) => {
            const where = kind === 'site' ? 'Everywhere' : connectorId === 0 ? target : `${target} · ${connectorId}`;
            return (
              <li key={`${kind} ${target} ${connectorId}`}>
                <p>
                  <strong>{where}</strong> {nameOf(id)}
                </p>
                <button
                  type="button"
                  class="small"
                  disabled={acts.busy.value}
                  onClick={() => put(bodyFor(kind, target, connectorId), null, `${where}: taken away.`)}
                >
                  Take away<span class="visually-hidden"> {where}</span>
                </button>
              </li>
            );
          })}
        </ul>
      )}
      {usable.length === 0 ? null : (
        <form
          class="bar in"
          onSubmit={(event) => {
            event.preventDefault();
            const body = JSON.parse(place.value === '' ? (places[0]?.key ?? '{}') : place.value) as object;
            const id = Number(tariffId.value === '' ? usable[0]?.id : tariffId.value);
            put(body, id, `${nameOf(id)} holds for sessions that start from now on.`);
          }}
        >
          <label class="field">
            Where
            <select
              value={place.value === '' ? places[0]?.key : place.value}
              onChange={(event) => {
                place.value = event.currentTarget.value;
              }}
            >
              {places.map(({ key, label }) => (
                <option key={key} value={key}>
                  {label}
                </option>
              ))}
            </select>
          </label>
          <label class="field">
            Tariff
            <select
              value={tariffId.value === '' ? String(usable[0]?.id) : tariffId.value}
              onChange={(event) => {
                tariffId.value = event.currentTarget.value;
              }}
            >
              {usable.map(({ id, current }) => (
                <option key={id} value={String(id)}>
                  {current.name}
                </option>
              ))}
            </select>
          </label>
          <button type="submit" class="primary" disabled={acts.busy.value}>
            Let it hold there
          </button>
        </form>
      )}
    </>
  );
}

/** Prices, and where they hold. */
export function Tariffs() {
  const tariffs = useRead<Page<TariffView>>('/tariffs?limit=200');
  const assignments = useRead<Page<AssignmentView>>('/tariff-assignments');
  const acts = useActs(() => Promise.all([tariffs.reload(), assignments.reload()]));
  const edited = useSignal<TariffView | null>(null);
  const made = useSignal(0);
  const items = tariffs.data.value?.items ?? [];
  const { value: tariff } = edited;
  return (
    <>
      <PageHead title="Tariffs" note="A session keeps the prices that held when it began." />
      <Problem error={tariffs.problem.value ?? assignments.problem.value ?? acts.problem.value} />
      <Done text={acts.done.value} />
      <Panel title="Where they hold" note="the nearest one: connector, station, everywhere">
        <Assignments tariffs={items} assignments={assignments.data.value?.items ?? []} acts={acts} />
      </Panel>
      <Panel title="Tariffs" note={`${items.length}`}>
        {items.length === 0 ? (
          <p class="in muted">None yet: make one below, then let it hold somewhere.</p>
        ) : (
          <ul class="knocks">
            {items.map((one) => (
              <li key={one.id}>
                <div>
                  <p>
                    <strong>{one.current.name}</strong>{' '}
                    <span class="muted">
                      version {one.current.version}
                      {one.archived ? ', archived' : ''}
                    </span>
                  </p>
                  <p class="muted">{summaryOf(one.current)}</p>
                </div>
                {one.archived ? null : (
                  <div class="bar">
                    <button
                      type="button"
                      class="small"
                      onClick={() => {
                        edited.value = one;
                      }}
                    >
                      New prices<span class="visually-hidden"> for {one.current.name}</span>
                    </button>
                    <button
                      type="button"
                      class="small"
                      onClick={() =>
                        acts.act(() => call('DELETE', `/tariffs/${one.id}`), `${one.current.name} is archived.`)
                      }
                    >
                      Archive<span class="visually-hidden"> {one.current.name}</span>
                    </button>
                  </div>
                )}
              </li>
            ))}
          </ul>
        )}
      </Panel>
      <Panel title={tariff === null ? 'New tariff' : `New prices for ${tariff.current.name}`}>
        <SchemaForm
          key={`${tariff?.id ?? 'new'} ${made.value}`}
          name="tariff"
          schema={SCHEMA}
          initial={initialOf(tariff)}
          submit="Store"
          busy={acts.busy.value}
          send={(body) =>
            acts.act(
              async () => {
                if (tariff === null) await call('POST', '/tariffs', body);
                else await call('PUT', `/tariffs/${tariff.id}`, body);
                edited.value = null;
                made.value += 1;
              },
              `${String(body.name)} is stored.`,
            )
          }
        />
      </Panel>
    </>
  );
}
