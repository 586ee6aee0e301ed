import { parseJson } from '../../store/json.js';
import type { Core } from '../core.js';
import { pageOf } from '../paging.js';
import type { RecordService } from '../services.js';
import { toFileJob } from './file-jobs.js';

export function createRecordService(core: Core): RecordService {
  const db = core.store.read;
  return {
    async securityEvents(filter) {
      const { limit, offset } = pageOf(filter);
      let query = db.selectFrom('security_event');
      if (filter?.chargePointId !== undefined) query = query.where('station_id', '=', filter.chargePointId);
      const [rows, count] = await Promise.all([
        query.selectAll().orderBy('id', 'desc').limit(limit).offset(offset).execute(),
        query.select((select) => select.fn.countAll().as('total')).executeTakeFirstOrThrow(),
      ]);
      const items = rows.map((row) => ({
        id: row.id,
        chargePointId: row.station_id,
        type: row.type,
        atMs: row.at_ms,
        receivedAtMs: row.received_at_ms,
        techInfo: row.tech_info,
      }));
      return { items, total: Number(count.total) };
    },
    async dataTransfers(filter) {
      const { limit, offset } = pageOf(filter);
      let query = db.selectFrom('data_transfer');
      if (filter?.chargePointId !== undefined) query = query.where('station_id', '=', filter.chargePointId);
      const [rows, count] = await Promise.all([
        query.selectAll().orderBy('id', 'desc').limit(limit).offset(offset).execute(),
        query.select((select) => select.fn.countAll().as('total')).executeTakeFirstOrThrow(),
      ]);
      const items = rows.map((row) => ({
        id: row.id,
        chargePointId: row.station_id,
        vendorId: row.vendor_id,
        messageId: row.message_id,
        data: row.data,
        receivedAtMs: row.received_at_ms,
      }));
      return { items, total: Number(count.total) };
    },
    async fileJobs(filter) {
      const { limit, offset } = pageOf(filter);
      let query = db.selectFrom('file_job');
      if (filter?.chargePointId !== undefined) query = query.where('station_id', '=', filter.chargePointId);
      const [rows, count] = await Promise.all([
        query.selectAll().orderBy('id', 'desc').limit(limit).offset(offset).execute(),
        query.select((select) => select.fn.countAll().as('total')).executeTakeFirstOrThrow(),
      ]);
      return { items: rows.map(toFileJob), total: Number(count.total) };
    },
    async audit(filter) {
      const { limit, offset } = pageOf(filter);
      let query = db.selectFrom('audit');
      if (filter?.subject !== undefined) query = query.where('subject', '=', filter.subject);
      const [rows, count] = await Promise.all([
        query.selectAll().orderBy('id', 'desc').limit(limit).offset(offset).execute(),
        query.select((select) => select.fn.countAll().as('total')).executeTakeFirstOrThrow(),
      ]);
      const items = rows.map((row) => ({
        id: row.id,
        atMs: row.at_ms,
        actor: row.actor,
        action: row.action,
        subject: row.subject,
        details: parseJson<object>(row.details),
      }));
      return { items, total: Number(count.total) };
    },
    async connectorStatuses(filter) {
      const { limit, offset } = pageOf(filter);
      let query = db.selectFrom('connector_status_log').where('station_id', '=', filter.chargePointId);
      if (filter.connectorId !== undefined) query = query.where('connector_id', '=', filter.connectorId);
      const [rows, count] = await Promise.all([
        query.selectAll().orderBy('id', 'desc').limit(limit).offset(offset).execute(),
        query.select((select) => select.fn.countAll().as('total')).executeTakeFirstOrThrow(),
      ]);
      const items = rows.map((row) => ({
        connectorId: row.connector_id,
        status: row.status,
        errorCode: row.error_code,
        info: row.info,
        atMs: row.at_ms,
        receivedAtMs: row.received_at_ms,
      }));
      return { items, total: Number(count.total) };
    },
  };
}
