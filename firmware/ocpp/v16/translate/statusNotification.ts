import type { StatusNotificationRequest } from '@tapwatt/ocpp/v16';
import type { ConnectorStatus, ErrorCode } from '../../../domain/records.js';
import { timestamp } from './timestamp.js';

/** What a StatusNotification tells; two that are equal in it need not both be sent. */
export interface StatusReport {
  connectorId: number;
  status: ConnectorStatus;
  errorCode: ErrorCode;
  info: string | null;
  vendorId: string | null;
  vendorErrorCode: string | null;
}

/** StatusNotification.req (1.6 §6.47). @param atMs Unix epoch milliseconds of the change */
export function statusNotification(report: StatusReport, atMs: number): StatusNotificationRequest {
  return {
    connectorId: report.connectorId,
    errorCode: report.errorCode,
    ...(report.info === null ? {} : { info: report.info.slice(0, 50) }),
    status: report.status,
    timestamp: timestamp(atMs),
    ...(report.vendorId === null ? {} : { vendorId: report.vendorId.slice(0, 255) }),
    ...(report.vendorErrorCode === null ? {} : { vendorErrorCode: report.vendorErrorCode.slice(0, 50) }),
  };
}

export function sameReport(a: StatusReport, b: StatusReport): boolean {
  return (
    a.status === b.status &&
    a.errorCode === b.errorCode &&
    a.info === b.info &&
    a.vendorId === b.vendorId &&
    a.vendorErrorCode === b.vendorErrorCode
  );
}
