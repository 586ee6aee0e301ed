import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Upload } from '../transfer/transfer.js';
import { fileTime, fileWord, isWithin, ndjson, type Window } from './window.js';

/** An entry of the security log as it is uploaded. */
export interface SecurityLogLine {
  /** RFC 3339. */
  timestamp: string;
  type: string;
  techInfo: string | null;
  critical: boolean;
}

export function securityLogName(chargePointId: string, nowMs: number): string {
  return `security-log-${fileWord(chargePointId)}-${fileTime(nowMs)}.ndjson.gz`;
}

/** Those entries that lie in the window, oldest first. */
export function securityLogWithin(lines: readonly SecurityLogLine[], window: Window): SecurityLogLine[] {
  return lines.filter((line) => isWithin(window, Date.parse(line.timestamp)));
}

/** One compressed file, a JSON object on each line (white paper N01: the format is not prescribed). */
export async function makeSecurityLog(lines: readonly SecurityLogLine[], fileName: string): Promise<Upload> {
  return { fileName, type: 'application/gzip', body: await promisify(gzip)(ndjson(lines)) };
}
