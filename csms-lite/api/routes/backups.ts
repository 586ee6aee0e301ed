import type { BackupService } from '../../backup/backup-service.js';
import { BackupError } from '../../backup/errors.js';
import { type ApiContext, documented } from '../context.js';
import { Problem } from '../problem.js';
import { listOf } from '../schemas/resources.js';

const tags = ['server'];
const backupSchema = {
  type: 'object',
  properties: {
    name: { type: 'string', description: 'folder in <data>/backups' },
    createdAt: { type: 'string' },
    version: { type: 'string' },
    files: { type: 'array', items: { type: 'object' } },
  },
};

/** Backups of the running server. Restoring is done with it stopped: `csms-lite restore`. */
export function backupRoutes({ app }: ApiContext, backups: BackupService): void {
  const config = { role: 'admin' } as const;
  app.get(
    '/backups',
    { ...documented({ summary: 'backups, newest first', tags, response: { 200: listOf(backupSchema) } }), config },
    () => {
      const items = backups.list();
      return { items, total: items.length };
    },
  );
  app.post(
    '/backups',
    {
      ...documented({
        summary: 'back up the databases (SQLite online backup) into the data folder',
        tags,
        response: { 201: backupSchema },
      }),
      config,
    },
    async (_request, reply) => {
      try {
        return await reply.code(201).send(await backups.create());
      } catch (error) {
        if (error instanceof BackupError) throw new Problem('backup_failed', error.message, { hint: error.hint });
        throw error;
      }
    },
  );
}
