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
        { title: 'NOTE', value: (t) => t.note ?? '' },
      ],
      'No tag yet. Add one with: csms-lite tag add <idTag>',
    ),
  );
}

export async function addTag(
  idTag: string,
  options: TalkOptions & { expires?: string; parent?: string; note?: string },
): Promise<void> {
  const { status, body } = await createClient(options).call<TagView>('PUT', pathOf(idTag), {
    status: 'Accepted',
    ...(options.expires === undefined ? {} : { expiryDate: options.expires }),
    ...(options.parent === undefined ? {} : { parentIdTag: options.parent }),
    ...(options.note === undefined ? {} : { note: options.note }),
  });
  print(options.json === true, body, () => `${body.idTag} ${status === 201 ? 'added' : 'replaced'}`);
}

/** A PUT replaces the tag, so what is known of it is sent along; a tag that is not known is blocked too. */
export async function blockTag(idTag: string, options: TalkOptions): Promise<void> {
  const client = createClient(options);
  let known: Partial<TagView> = {};
  try {
    known = (await client.call<TagView>('GET', pathOf(idTag))).body;
  } catch (error) {
    if (!(error instanceof CliError) || error.code !== 'id_tag_not_found') throw error;
  }
  const { createdAt: _createdAt, ...rest } = known;
  const { body } = await client.call<TagView>('PUT', pathOf(idTag), { ...rest, idTag, status: 'Blocked' });
  print(options.json === true, body, () => `${body.idTag} blocked`);
}

export async function removeTag(idTag: string, options: TalkOptions): Promise<void> {
  await createClient(options).call('DELETE', pathOf(idTag));
  print(options.json === true, { idTag, removed: true }, () => `${idTag} removed`);
}
