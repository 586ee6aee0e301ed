import type { Kysely, Selectable } from 'kysely';
import type { Database, FileJobTable } from '../../store/schema.js';
import { commit } from '../commit.js';
import type { Core } from '../core.js';
import type { FileJob } from '../model.js';

export function toFileJob(row: Selectable<FileJobTable>): FileJob {
  return {
    id: row.id,
    chargePointId: row.station_id,
    kind: row.kind,
    requestId: row.request_id,
    commandId: row.command_id,
    location: row.location,
    fileName: row.file_name,
    uploadId: row.upload_id,
    status: row.status,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
  };
}

interface JobStatus {
  stationId: string;
  kind: FileJob['kind'];
  requestId: number | null;
  status: string;
  atMs: number;
}

/**
 * Writes a status notification into the job it tells of: the one with its requestId, else the newest of its kind.
 * Where there is none (ordered by somebody else, or by a trigger) a job without location stands for it. `Idle` is an
 * answer to a trigger (1.6 §4.4, §4.5) and says nothing about a job that has ended.
 */
export async function updateFileJob(core: Core, report: JobStatus): Promise<void> {
  const write = async (db: Kysely<Database>): Promise<Selectable<FileJobTable> | null> => {
    let query = db
      .selectFrom('file_job')
      .selectAll()
      .where('station_id', '=', report.stationId)
      .where('kind', '=', report.kind);
    if (report.requestId !== null) query = query.where('request_id', '=', report.requestId);
    const job = await query.orderBy('id', 'desc').executeTakeFirst();
    if (report.status === 'Idle' && job !== undefined) return null;
    if (job === undefined)
      return await db
        .insertInto('file_job')
        .values({
          station_id: report.stationId,
          kind: report.kind,
          request_id: report.requestId,
          command_id: null,
          location: null,
          file_name: null,
          status: report.status,
          created_at_ms: report.atMs,
          updated_at_ms: report.atMs,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
    return await db
      .updateTable('file_job')
      .set({ status: report.status, updated_at_ms: report.atMs })
      .where('id', '=', job.id)
      .returningAll()
      .executeTakeFirstOrThrow();
  };
  await commit(core, async (db, announce) => {
    const row = await write(db);
    if (row !== null) announce({ type: 'file-job.updated', job: toFileJob(row) });
  });
}
