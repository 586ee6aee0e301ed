import { readFileSync, writeFileSync } from 'node:fs';
import { type ApiClient, createClient } from '../client.js';
import { print } from '../output.js';
import type { TalkOptions } from '../program.js';
import { CliError } from '../report.js';

type Item = Record<string, unknown>;

/** What a file of `csms-lite export` holds. No secrets: passwords, keys and tokens are only in a backup. */
interface ExportFile {
  format: 'csms-lite-export-1';
  exportedAt: string;
  settings: Item;
  sites: Item[];
  stations: Item[];
  tags: Item[];
  users: Item[];
  tariffs: Item[];
  tariffAssignments: Item[];
  chargingProfiles: Item[];
}

async function all(client: ApiClient, path: string): Promise<Item[]> {
  const items: Item[] = [];
  for (;;) {
    const page = (
      await client.call<{ items: Item[]; total: number }>('GET', `${path}?limit=1000&offset=${items.length}`)
    ).body;
    items.push(...page.items);
    if (page.items.length === 0 || items.length >= page.total) return items;
  }
}

function pick(item: Item, members: readonly string[]): Item {
  return Object.fromEntries(members.filter((name) => item[name] !== undefined).map((name) => [name, item[name]]));
}

const SITE = ['id', 'name', 'limitMa'];
const STATION = ['id', 'displayName', 'siteId', 'admission', 'verdict', 'registrationStatus', 'registrationIntervalS'];
const TAG = [
  'allowedStations',
  'idTag',
  'status',
  'expiryDate',
  'parentIdTag',
  'type',
  'maxActiveTransactions',
  'note',
];
const USER = ['login', 'fullName', 'email', 'phone', 'idTags'];

/** Configuration as JSON, or with `--sessions` the sessions as CSV. */
export async function exportAll(options: TalkOptions & { output?: string; sessions?: boolean }): Promise<void> {
  const client = createClient(options);
  if (options.sessions === true) return write(options.output, await client.text('/transactions.csv'));
  const [settings, sites, stations, tags, users, tariffs, assignments, chargingProfiles] = await Promise.all([
    client.call<Item>('GET', '/settings'),
    all(client, '/sites'),
    all(client, '/charge-points'),
    all(client, '/id-tags'),
    all(client, '/users'),
    all(client, '/tariffs'),
    client.call<{ items: Item[] }>('GET', '/tariff-assignments'),
    all(client, '/charging-profiles'),
  ]);
  const file: ExportFile = {
    format: 'csms-lite-export-1',
    exportedAt: new Date().toISOString(),
    settings: settings.body,
    sites: sites.map((item) => pick(item, SITE)),
    // What is made up does not travel.
    stations: stations.filter((item) => item.demo !== true).map((item) => pick(item, STATION)),
    tags: tags.map((item) => pick(item, TAG)),
    users: users.map((item) => pick(item, USER)),
    tariffs: tariffs
      .filter((item) => item.archived !== true)
      .map((item) => ({ id: item.id, ...(item.current as Item) })),
    tariffAssignments: assignments.body.items,
    chargingProfiles,
  };
  write(options.output, `${JSON.stringify(file, null, 2)}\n`);
}

function write(output: string | undefined, text: string): void {
  if (output === undefined) process.stdout.write(text);
  else writeFileSync(output, text);
}

interface Outcome {
  done: Record<string, number>;
  failed: { kind: string; id: string; code: string; message: string }[];
}

/** Takes a file of `export` in. What is there is updated, nothing is removed; what fails is told and the rest goes on. */
export async function importAll(path: string, options: TalkOptions): Promise<void> {
  const file = readExport(path);
  const client = createClient(options);
  const outcome: Outcome = { done: {}, failed: [] };
  const each = async (
    kind: string,
    items: Item[],
    id: string,
    work: (item: Item) => Promise<unknown>,
  ): Promise<void> => {
    for (const item of items) {
      try {
        await work(item);
        outcome.done[kind] = (outcome.done[kind] ?? 0) + 1;
      } catch (error) {
        if (!(error instanceof CliError)) throw error;
        outcome.failed.push({ kind, id: String(item[id]), code: error.code, message: error.message });
      }
    }
  };
  const at = (item: Item, id: string): string => encodeURIComponent(String(item[id]));
  await each('settings', [file.settings], 'settings', (item) => client.call('PATCH', '/settings', item));
  await each('sites', file.sites, 'id', ({ id, ...item }) => client.call('PUT', `/sites/${at({ id }, 'id')}`, item));
  await each('stations', file.stations, 'id', ({ id, ...item }) =>
    client.call('PUT', `/charge-points/${at({ id }, 'id')}`, item),
  );
  await each('tags', file.tags, 'idTag', (item) => client.call('PUT', `/id-tags/${at(item, 'idTag')}`, item));
  await each('chargingProfiles', file.chargingProfiles, 'id', (item) =>
    client.call('PUT', `/charging-profiles/${at(item, 'id')}`, item),
  );
  const users = new Map((await all(client, '/users')).map((user) => [String(user.login).toLowerCase(), user.id]));
  await each('users', file.users, 'login', (item) => {
    const known = users.get(String(item.login).toLowerCase());
    return known === undefined
      ? client.call('POST', '/users', item)
      : client.call('PATCH', `/users/${String(known)}`, item);
  });
  await importTariffs(client, file, each);
  if (outcome.failed.length > 0) process.exitCode = 1;
  print(options.json === true, outcome, () =>
    [
      ...Object.entries(outcome.done).map(([kind, count]) => `${kind}: ${count}`),
      ...outcome.failed.map(({ kind, id, code, message }) => `FAILED ${kind} ${id}: ${message} (${code})`),
    ].join('\n'),
  );
}

/** Ids of tariffs are the server's own, so assignments are carried over by what each tariff has become. */
async function importTariffs(
  client: ApiClient,
  file: ExportFile,
  each: (kind: string, items: Item[], id: string, work: (item: Item) => Promise<unknown>) => Promise<void>,
): Promise<void> {
  const present = new Map((await all(client, '/tariffs')).map((item) => [String((item.current as Item).name), item]));
  const ids = new Map<unknown, unknown>();
  await each(
    'tariffs',
    file.tariffs,
    'name',
    async ({ id, tariffId: _tariffId, version: _version, validFrom: _from, ...prices }) => {
      const known = present.get(String(prices.name));
      const current = (known?.current ?? {}) as Item;
      const isSame = known !== undefined && Object.entries(prices).every(([name, value]) => current[name] === value);
      if (isSame) ids.set(id, known.id);
      else {
        const { body } =
          known === undefined
            ? await client.call<Item>('POST', '/tariffs', prices)
            : await client.call<Item>('PUT', `/tariffs/${String(known.id)}`, prices);
        ids.set(id, body.id);
      }
    },
  );
  await each('tariffAssignments', file.tariffAssignments, 'target', async ({ kind, target, connectorId, tariffId }) => {
    const tariff = ids.get(tariffId);
    if (tariff === undefined)
      throw new CliError('tariff_not_found', `its tariff ${String(tariffId)} is not in the file`, 'Export again.');
    await client.call('PUT', '/tariff-assignments', {
      tariffId: tariff,
      ...(kind === 'site' ? { siteId: target } : { chargePointId: target }),
      ...(kind === 'connector' ? { connectorId } : {}),
    });
  });
}

/** @throws CliError bad_file */
function readExport(path: string): ExportFile {
  let file: unknown;
  try {
    file = JSON.parse(readFileSync(path === '-' ? 0 : path, 'utf8'));
  } catch (error) {
    throw new CliError('bad_file', `${path}: ${(error as Error).message}`, 'Give a file of csms-lite export.');
  }
  const { format } = (file ?? {}) as Partial<ExportFile>;
  if (format !== 'csms-lite-export-1')
    throw new CliError(
      'bad_file',
      `${path} is no file of csms-lite export.`,
      'Make one with: csms-lite export -o file.json',
    );
  const given = file as Partial<ExportFile>;
  return {
    format,
    exportedAt: '',
    settings: {},
    sites: [],
    stations: [],
    tags: [],
    users: [],
    tariffs: [],
    tariffAssignments: [],
    chargingProfiles: [],
    ...given,
  };
}
