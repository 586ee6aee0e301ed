import type { Readable } from 'node:stream';
import type { Selectable } from 'kysely';
import type { FirmwareFileTable, TransferTable } from '../../store/schema-network.js';
import { audit } from '../audit.js';
import { commit } from '../commit.js';
import type { Core } from '../core.js';
import { ServiceError } from '../errors.js';
import type { FirmwareFile, Page, PageRequest, Upload } from '../model.js';
import { pageOf } from '../paging.js';
import { toFileJob } from '../records/file-jobs.js';
import type { FileStore, Written } from './file-store.js';
import { firstFile } from './multipart.js';
import { hashOfToken } from './urls.js';

/** One log or diagnostics archive. */
export const MAXIMUM_UPLOAD_BYTES = 64 * 1024 * 1024;
export const MAXIMUM_FIRMWARE_BYTES = 1024 * 1024 * 1024;
/** All uploads together: charge points must not fill the disk on which sessions are written. */
const MAXIMUM_TOTAL_BYTES = 4 * 1024 * 1024 * 1024;

export interface Incoming {
  contentType: string | undefined;
  /** As in the URL, not decoded into anything; null when it had none. */
  fileName: string | null;
  body: Readable;
}

export interface OpenedFile {
  name: string;
  sizeBytes: number;
  sha256: string;
  read(range?: { from: number; to: number }): Readable;
}

export interface FileService {
  /**
   * Takes what a charge point sends to its URL. The same content again is taken as the same (its answer was lost).
   * @throws ServiceError transfer_not_found, transfer_used, upload_too_large
   */
  receive(token: string, incoming: Incoming): Promise<Upload>;
  /** What a charge point fetches from its URL. @throws ServiceError transfer_not_found */
  fetch(token: string): Promise<OpenedFile>;
  /** Complete ones, newest first. */
  uploads(filter?: PageRequest & { chargePointId?: string }): Promise<Page<Upload>>;
  /** @throws ServiceError upload_not_found */
  upload(id: number): Promise<Upload>;
  /** @throws ServiceError upload_not_found */
  openUpload(id: number): Promise<OpenedFile>;
  /** @throws ServiceError upload_not_found */
  removeUpload(id: number, actor: string): Promise<void>;
  /** Newest first. */
  firmware(page?: PageRequest): Promise<Page<FirmwareFile>>;
  /** @throws ServiceError invalid_request, upload_too_large */
  addFirmware(given: { name: string; note: string | null; body: Readable }, actor: string): Promise<FirmwareFile>;
  /** @throws ServiceError firmware_not_found */
  removeFirmware(id: number, actor: string): Promise<void>;
}

export function createFileService(core: Core, files: FileStore): FileService {
  const db = core.store.read;

  const transferOf = async (token: string, direction: 'upload' | 'download'): Promise<Selectable<TransferTable>> => {
    const row = await db
      .selectFrom('transfer')
      .selectAll()
      .where('token_hash', '=', hashOfToken(token))
      .executeTakeFirst();
    if (row === undefined || row.direction !== direction || row.expires_at_ms <= core.nowMs())
      throw new ServiceError(
        'transfer_not_found',
        'There is nothing at this URL, or not any more.',
        'Each URL is for one command of one charge point; send the command again for a new one.',
      );
    return row;
  };

  const uploadRow = async (id: number): Promise<Selectable<TransferTable>> => {
    const row = await db
      .selectFrom('transfer')
      .selectAll()
      .where('id', '=', id)
      .where('direction', '=', 'upload')
      .where('received_at_ms', 'is not', null)
      .executeTakeFirst();
    if (row === undefined)
      throw new ServiceError('upload_not_found', `There is no upload ${id}.`, 'GET /uploads lists them.');
    return row;
  };

  return {
    async receive(token, { contentType, fileName, body }) {
      const transfer = await transferOf(token, 'upload');
      const kept = await db
        .selectFrom('transfer')
        .select((select) => select.fn.sum<number>('size_bytes').as('bytes'))
        .executeTakeFirstOrThrow();
      const room = Math.max(0, MAXIMUM_TOTAL_BYTES - Number(kept.bytes ?? 0));
      let written = await files.write(body, Math.min(MAXIMUM_UPLOAD_BYTES, room));
      let name = fileName;
      try {
        const part = contentType?.toLowerCase().startsWith('multipart/')
          ? firstFile(contentType, await written.read())
          : null;
        if (part !== null) {
          const inner = await files.write(part.content, MAXIMUM_UPLOAD_BYTES);
          await written.discard();
          written = inner;
          name = part.fileName ?? name;
        }
        return await complete(core, transfer, written, name);
      } finally {
        await written.discard();
      }
    },
    async fetch(token) {
      const transfer = await transferOf(token, 'download');
      const file = await db
        .selectFrom('firmware_file')
        .selectAll()
        .where('id', '=', transfer.firmware_id ?? -1)
        .executeTakeFirst();
      if (file === undefined)
        throw new ServiceError('transfer_not_found', 'The firmware file was deleted.', 'Upload it again.');
      await core.store.write((trx) =>
        trx
          .updateTable('transfer')
          .set((set) => ({ fetches: set('fetches', '+', 1) }))
          .where('id', '=', transfer.id)
          .execute(),
      );
      return opened(file.name, file.size_bytes, file.sha256, (range) => files.read('firmware', file.id, range));
    },
    async uploads(filter) {
      const { limit, offset } = pageOf(filter);
      let query = db.selectFrom('transfer').where('direction', '=', 'upload').where('received_at_ms', 'is not', null);
      if (filter?.chargePointId !== undefined) query = query.where('station_id', '=', filter.chargePointId);
      const [rows, count] = await Promise.all([
        query.selectAll().orderBy('received_at_ms', 'desc').orderBy('id', 'desc').limit(limit).offset(offset).execute(),
        query.select((select) => select.fn.countAll().as('total')).executeTakeFirstOrThrow(),
      ]);
      return { items: rows.map(toUpload), total: Number(count.total) };
    },
    upload: async (id) => toUpload(await uploadRow(id)),
    async openUpload(id) {
      const upload = toUpload(await uploadRow(id));
      const name = upload.fileName ?? `upload-${id}`;
      return opened(name, upload.sizeBytes, upload.sha256, (range) => files.read('uploads', id, range));
    },
    async removeUpload(id, actor) {
      await uploadRow(id);
      await core.store.write(async (trx) => {
        await trx.deleteFrom('transfer').where('id', '=', id).execute();
        await trx.updateTable('file_job').set({ upload_id: null }).where('upload_id', '=', id).execute();
        await audit(trx, { atMs: core.nowMs(), actor, action: 'upload.remove', subject: String(id) });
      });
      await files.remove('uploads', id);
    },
    async firmware(page) {
      const { limit, offset } = pageOf(page);
      const [rows, count] = await Promise.all([
        db.selectFrom('firmware_file').selectAll().orderBy('id', 'desc').limit(limit).offset(offset).execute(),
        db
          .selectFrom('firmware_file')
          .select((select) => select.fn.countAll().as('total'))
          .executeTakeFirstOrThrow(),
      ]);
      return { items: rows.map(toFirmware), total: Number(count.total) };
    },
    async addFirmware({ name, note, body }, actor) {
      if (!/^[\w.+\- ()]{1,120}$/.test(name) || /^\.+$/.test(name))
        throw new ServiceError(
          'invalid_request',
          `${JSON.stringify(name)} is no file name.`,
          'It has 1 to 120 letters, digits and . _ + - ( ); it goes into the URL.',
        );
      const written = await files.write(body, MAXIMUM_FIRMWARE_BYTES);
      try {
        if (written.sizeBytes === 0)
          throw new ServiceError('invalid_request', 'The file is empty.', 'Send its bytes as the body of the request.');
        const row = await core.store.write(async (trx) => {
          const inserted = await trx
            .insertInto('firmware_file')
            .values({
              name,
              note,
              size_bytes: written.sizeBytes,
              sha256: written.sha256,
              uploaded_at_ms: core.nowMs(),
              actor,
            })
            .returningAll()
            .executeTakeFirstOrThrow();
          const details = { name, sha256: written.sha256 };
          await audit(trx, {
            atMs: core.nowMs(),
            actor,
            action: 'firmware.add',
            subject: String(inserted.id),
            details,
          });
          return inserted;
        });
        await written.keep('firmware', row.id);
        return toFirmware(row);
      } finally {
        await written.discard();
      }
    },
    async removeFirmware(id, actor) {
      const removed = await core.store.write(async (trx) => {
        const row = await trx.deleteFrom('firmware_file').where('id', '=', id).returning('id').executeTakeFirst();
        if (row !== undefined)
          await audit(trx, { atMs: core.nowMs(), actor, action: 'firmware.remove', subject: String(id) });
        return row;
      });
      if (removed === undefined)
        throw new ServiceError('firmware_not_found', `There is no firmware file ${id}.`, 'GET /firmware lists them.');
      await files.remove('firmware', id);
    },
  };
}

/** Notes that an upload is there: in the transfer, and with the job that it belongs to. */
async function complete(
  core: Core,
  transfer: Selectable<TransferTable>,
  written: Written,
  fileName: string | null,
): Promise<Upload> {
  if (transfer.received_at_ms !== null) {
    if (transfer.sha256 === written.sha256) return toUpload(transfer);
    throw new ServiceError(
      'transfer_used',
      'Something else has been put at this URL already.',
      'Each URL takes one file; send the command again for a new one.',
    );
  }
  await written.keep('uploads', transfer.id);
  const nowMs = core.nowMs();
  const row = await commit(core, async (db, announce) => {
    const row = await db
      .updateTable('transfer')
      .set({
        received_at_ms: nowMs,
        file_name: fileName === null ? null : fileName.slice(0, 255),
        size_bytes: written.sizeBytes,
        sha256: written.sha256,
      })
      .where('id', '=', transfer.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    const job = await db
      .updateTable('file_job')
      .set({ upload_id: transfer.id, updated_at_ms: nowMs })
      .where('command_id', '=', transfer.command_id)
      .returningAll()
      .executeTakeFirst();
    if (job !== undefined) announce({ type: 'file-job.updated', job: toFileJob(job) });
    return row;
  });
  return toUpload(row);
}

function opened(name: string, sizeBytes: number, sha256: string, read: OpenedFile['read']): OpenedFile {
  return { name, sizeBytes, sha256, read };
}

function toUpload(row: Selectable<TransferTable>): Upload {
  return {
    id: row.id,
    chargePointId: row.station_id,
    commandId: row.command_id,
    fileName: row.file_name,
    sizeBytes: row.size_bytes ?? 0,
    sha256: row.sha256 ?? '',
    receivedAtMs: row.received_at_ms ?? 0,
  };
}

function toFirmware(row: Selectable<FirmwareFileTable>): FirmwareFile {
  return {
    id: row.id,
    name: row.name,
    note: row.note,
    sizeBytes: row.size_bytes,
    sha256: row.sha256,
    uploadedAtMs: row.uploaded_at_ms,
  };
}
