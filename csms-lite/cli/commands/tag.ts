import type { TagView, UnknownTagView } from '../../api/present.js';
import { createClient } from '../client.js';
import { print, table } from '../output.js';
import type { TalkOptions } from '../program.js';
import { CliError } from '../report.js';

interface List<T> {
  items: T[];
  total: number;
}

const pathOf = (idTag: string): string => `/id-tags/${encodeURIComponent(idTag)}`;

export async function listTags(options: TalkOptions & { unknown?: boolean }): Promise<void> {
  const client = createClient(options);
  if (options.unknown === true) {
    const { body } = await client.call<List<UnknownTagView>>('GET', '/unknown-id-tags?limit=1000');
    print(options.json === true, body, () =>
      table(
        body.items,
        [
          { title: 'TAG', value: (t) => t.idTag },
          { title: 'COUNT', value: (t) => String(t.count), right: true },
          { title: 'LAST SEEN', value: (t) => t.lastSeenAt },
          { title: 'AT', value: (t) => t.lastChargePointId },
        ],
        'No unknown tag was held to a charger.',
      ),
    );
    return;
  }
  const { body } = await client.call<List<TagView>>('GET', '/id-tags?limit=1000');
  print(options.json === true, body, () =>
    table(
      body.items,
      [
        { title: 'TAG', value: (t) => t.idTag },
        { title: 'STATE', value: (t) => t.status },
        { title: 'EXPIRES', value: (t) => t.expiryDate ?? 'never' },
        { title: 'PARENT', value: (t) => t.parentIdTag ?? '' },
        { title: 'AT ONCE', value: (t) => String(t.maxActiveTransactions ?? 'any') },
        { title: 'WHERE', value: (t) => t.allowedStations?.join(', ') ?? 'everywhere' },
        { title: 'NOTE', value: (t) => t.note ?? '' },
      ],
      'No tag yet. Add one with: csms-lite tag add <idTag>',
    ),
  );
}

export interface TagFacts {
  expires?: string;
  parent?: string;
  maxSessions?: number;
  station?: string[];
  everywhere?: boolean;
  note?: string;
}

function membersOf(facts: TagFacts): object {
  return {
    ...(facts.expires === undefined ? {} : { expiryDate: facts.expires === 'never' ? null : facts.expires }),
    ...(facts.parent === undefined ? {} : { parentIdTag: facts.parent === '' ? null : facts.parent }),
    ...(facts.maxSessions === undefined ? {} : { maxActiveTransactions: facts.maxSessions }),
    ...(facts.station === undefined ? {} : { allowedStations: facts.station }),
    ...(facts.everywhere === true ? { allowedStations: null } : {}),
    ...(facts.note === undefined ? {} : { note: facts.note }),
  };
}

export async function addTag(idTag: string, options: TalkOptions & TagFacts): Promise<void> {
  const { status, body } = await createClient(options).call<TagView>('PUT', pathOf(idTag), {
    status: 'Accepted',
    ...membersOf(options),
  });
  print(options.json === true, body, () => `${body.idTag} ${status === 201 ? 'added' : 'replaced'}`);
}

/** Changes what is given and leaves the rest. @throws CliError id_tag_not_found */
export async function setTag(idTag: string, options: TalkOptions & TagFacts): Promise<void> {
  const changes = membersOf(options);
  if (Object.keys(changes).length === 0)
    throw new CliError('nothing_to_change', 'Nothing was said to be changed.', 'csms-lite tag set --help');
  const body = await changeTag(idTag, options, changes, false);
  print(options.json === true, body, () => `${body.idTag} changed`);
}

/** A tag that is not known is blocked, too. */
export async function blockTag(idTag: string, options: TalkOptions): Promise<void> {
  const body = await changeTag(idTag, options, { status: 'Blocked' }, true);
  print(options.json === true, body, () => `${body.idTag} blocked`);
}

/** A PUT replaces the tag, so what is known of it is sent along. */
async function changeTag(idTag: string, options: TalkOptions, changes: object, mayBeNew: boolean): Promise<TagView> {
  const client = createClient(options);
  let known: Partial<TagView> = {};
  try {
    known = (await client.call<TagView>('GET', pathOf(idTag))).body;
  } catch (error) {
    if (!mayBeNew || !(error instanceof CliError) || error.code !== 'id_tag_not_found') throw error;
  }
  const { createdAt: _createdAt, ...rest } = known;
  return (await client.call<TagView>('PUT', pathOf(idTag), { ...rest, idTag, ...changes })).body;
}

export async function removeTag(idTag: string, options: TalkOptions): Promise<void> {
  await createClient(options).call('DELETE', pathOf(idTag));
  print(options.json === true, { idTag, removed: true }, () => `${idTag} removed`);
}
