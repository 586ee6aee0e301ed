import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Upload } from '../transfer/transfer.js';
import { withoutSecrets } from './redact.js';
import { type TarEntry, tar } from './tar.js';
import { fileTime, fileWord, isWithin, ndjson, type Window } from './window.js';

/** What diagnostics are made of. Everything is read at once, when it is asked for. */
export interface DiagnosticsSources {
  chargePointId: string;
  /** Facts on program and machine. */
  about: () => Record<string, unknown>;
  /** The configuration file after defaults. */
  settings: () => unknown;
  /** Readable OCPP configuration keys. */
  keys: () => readonly unknown[];
  /** The event ring; `at` is RFC 3339. */
  events: () => readonly { at: string }[];
  /** Newest first; `startedAt` and `stoppedAt` are RFC 3339. */
  transactions: () => readonly { startedAt: string; stoppedAt: string | null }[];
  /** What is owed to the central system, and what was given up. */
  queue: () => unknown;
}

/** File name of diagnostics; known before they are made. */
export function diagnosticsName(chargePointId: string, nowMs: number): string {
  return `diagnostics-${fileWord(chargePointId)}-${fileTime(nowMs)}.tar.gz`;
}

/** One compressed archive of journal extracts, event ring and configuration, without secrets (1.6 §5.9). */
export async function makeDiagnostics(
  sources: DiagnosticsSources,
  window: Window,
  fileName: string,
  nowMs: number,
): Promise<Upload> {
  const json = (name: string, value: unknown): TarEntry => ({
    name,
    content: `${JSON.stringify(withoutSecrets(value), null, 2)}\n`,
  });
  const lines = (name: string, rows: readonly unknown[]): TarEntry => ({
    name,
    content: ndjson(rows.map(withoutSecrets)),
  });
  const overlaps = (row: { startedAt: string; stoppedAt: string | null }): boolean =>
    (window.toMs === null || Date.parse(row.startedAt) <= window.toMs) &&
    (window.fromMs === null || row.stoppedAt === null || Date.parse(row.stoppedAt) >= window.fromMs);
  const archive = tar(
    [
      json('about.json', { ...sources.about(), madeAt: new Date(nowMs).toISOString(), window: described(window) }),
      json('settings.json', sources.settings()),
      json('configuration-keys.json', sources.keys()),
      lines(
        'events.ndjson',
        sources.events().filter((event) => isWithin(window, Date.parse(event.at))),
      ),
      lines('transactions.ndjson', sources.transactions().filter(overlaps)),
      json('queue.json', sources.queue()),
    ],
    nowMs,
  );
  return { fileName, type: 'application/gzip', body: await promisify(gzip)(archive) };
}

function described({ fromMs, toMs }: Window): { from: string | null; to: string | null } {
  const text = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
  return { from: text(fromMs), to: text(toMs) };
}
