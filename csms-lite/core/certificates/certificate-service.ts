import type { Selectable } from 'kysely';
import type { CertificateRequestTable } from '../../store/schema.js';
import type { CertificateTable } from '../../store/schema-network.js';
import type { Core } from '../core.js';
import { ServiceError } from '../errors.js';
import type { CertificateRequest, ChargePointCertificate, Page, PageRequest } from '../model.js';
import { pageOf } from '../paging.js';
import { type CertificateAuthority, UnusableRequest } from './authority.js';

export interface CertificateService {
  /** Newest first. */
  list(filter?: PageRequest & { chargePointId?: string }): Promise<Page<ChargePointCertificate>>;
  /** What charge points asked to have signed, newest first; of a refused one why. */
  requests(filter?: PageRequest & { chargePointId?: string }): Promise<Page<CertificateRequest>>;
  /** PEM of the local authority's root; made at the first call. */
  root(): Promise<string>;
}

export interface CertificateDesk extends CertificateService {
  /**
   * Signs what a charge point asks to have signed, and keeps request and certificate.
   * @returns false when it is refused; the reason is kept with the request
   */
  request(stationId: string, csr: string, receivedAtMs: number): Promise<boolean>;
  /** Sends the newest certificate that was not sent yet (CertificateSigned). */
  deliver(stationId: string): Promise<void>;
}

export function toCertificate(row: Selectable<CertificateTable>): ChargePointCertificate {
  return {
    id: row.id,
    chargePointId: row.station_id,
    serialNumber: row.serial_number,
    subject: row.subject,
    pem: row.pem,
    notBeforeMs: row.not_before_ms,
    notAfterMs: row.not_after_ms,
    status: row.status,
    commandId: row.command_id,
    createdAtMs: row.created_at_ms,
  };
}

function toCertificateRequest(row: Selectable<CertificateRequestTable>): CertificateRequest {
  return {
    id: row.id,
    chargePointId: row.station_id,
    csr: row.csr,
    status: row.status,
    reason: row.reason,
    receivedAtMs: row.received_at_ms,
  };
}

export function createCertificateService(core: Core, authority: CertificateAuthority): CertificateDesk {
  /** Chains that wait for the answer to SignCertificate to be sent first. */
  const waiting = new Map<string, { certificateId: number; chain: string }>();
  return {
    async list(filter) {
      const { limit, offset } = pageOf(filter);
      let query = core.store.read.selectFrom('certificate');
      if (filter?.chargePointId !== undefined) query = query.where('station_id', '=', filter.chargePointId);
      const [rows, count] = await Promise.all([
        query.selectAll().orderBy('id', 'desc').limit(limit).offset(offset).execute(),
        query.select((select) => select.fn.countAll().as('total')).executeTakeFirstOrThrow(),
      ]);
      return { items: rows.map(toCertificate), total: Number(count.total) };
    },
    async requests(filter) {
      const { limit, offset } = pageOf(filter);
      let query = core.store.read.selectFrom('certificate_request');
      if (filter?.chargePointId !== undefined) query = query.where('station_id', '=', filter.chargePointId);
      const [rows, count] = await Promise.all([
        query.selectAll().orderBy('id', 'desc').limit(limit).offset(offset).execute(),
        query.select((select) => select.fn.countAll().as('total')).executeTakeFirstOrThrow(),
      ]);
      return { items: rows.map(toCertificateRequest), total: Number(count.total) };
    },
    root: () => authority.root(),
    async request(stationId, csr, receivedAtMs) {
      const issued = await authority.sign(csr, receivedAtMs).catch((error: unknown) => {
        if (error instanceof UnusableRequest) return error;
        throw error;
      });
      const refusal = issued instanceof UnusableRequest ? issued.message : await foreignName(core, stationId, issued);
      const id = await core.store.write(async (db) => {
        const status = refusal === null ? 'Accepted' : 'Rejected';
        await db
          .insertInto('certificate_request')
          .values({ station_id: stationId, received_at_ms: receivedAtMs, csr, status, reason: refusal })
          .execute();
        if (refusal !== null || issued instanceof UnusableRequest) return null;
        const row = await db
          .insertInto('certificate')
          .values({
            serial_number: issued.serialNumber,
            station_id: stationId,
            subject: issued.subject,
            pem: issued.pem,
            not_before_ms: issued.notBeforeMs,
            not_after_ms: issued.notAfterMs,
            status: 'Issued',
            command_id: null,
            created_at_ms: receivedAtMs,
          })
          .returning('id')
          .executeTakeFirstOrThrow();
        return row.id;
      });
      if (id === null || issued instanceof UnusableRequest) {
        core.log.warn({ chargePointId: stationId, reason: refusal }, 'a certificate request was refused');
        return false;
      }
      waiting.set(stationId, { certificateId: id, chain: issued.chain });
      return true;
    },
    async deliver(stationId) {
      const next = waiting.get(stationId);
      if (next === undefined) return;
      waiting.delete(stationId);
      const body = { certificateChain: next.chain };
      const command = await core.command(stationId, 'certificate-signed', body).catch((error: unknown) => {
        // It went before its certificate came; it will ask again.
        if (error instanceof ServiceError) return null;
        throw error;
      });
      const said = (command?.response as { status?: unknown } | null | undefined)?.status;
      const status = said === 'Accepted' || said === 'Rejected' ? said : 'Failed';
      await core.store.write((db) =>
        db
          .updateTable('certificate')
          .set({ status, command_id: command?.id ?? null })
          .where('id', '=', next.certificateId)
          .execute(),
      );
    },
  };
}

/** No charge point gets a certificate with the name of another one. @returns why not, or null */
async function foreignName(core: Core, stationId: string, issued: { commonName: string }): Promise<string | null> {
  const { commonName } = issued;
  if (commonName === stationId) return null;
  const other = await core.store.read
    .selectFrom('station')
    .select('id')
    .where('id', '!=', stationId)
    .where((where) => where.or([where('id', '=', commonName), where('serial_number', '=', commonName)]))
    .executeTakeFirst();
  if (other === undefined) return null;
  const own = await core.store.read
    .selectFrom('station')
    .select('serial_number')
    .where('id', '=', stationId)
    .executeTakeFirst();
  // Two charge points that report one serial number: theirs is not unique, and not a lie of this one.
  return own?.serial_number === commonName && other.id !== commonName
    ? null
    : `its common name ${commonName} is of charge point ${other.id}`;
}
