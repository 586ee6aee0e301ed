import type { Kysely, Migration } from 'kysely';

/** A page of the list of sessions is found by walking one of these, not the sessions themselves. */
export function sessionLists(): Migration {
  return {
    async up(db: Kysely<never>): Promise<void> {
      const { schema } = db;
      await schema.createIndex('tx_list_station').on('tx').columns(['station_id', 'seq', 'state']).execute();
      await schema.createIndex('tx_list_tag').on('tx').columns(['id_tag_key', 'seq', 'state']).execute();
      await schema.createIndex('tx_list_state').on('tx').columns(['state', 'seq']).execute();
    },
  };
}
