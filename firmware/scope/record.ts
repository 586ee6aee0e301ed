import { closeSync, openSync, writeSync } from 'node:fs';
import type { CurrentReport } from '../anomaly/currentWatch.js';

export const CSV_HEADER = 'time,connector_id,current_ma,limit_ma,power_on,module,anomalies';

/** A line of CSV. Nothing in it needs quotes; absent values are empty; anomalies stand apart by spaces. */
export function csvLine(report: CurrentReport): string {
  const { at, connectorId, currentMa, limitMa, powerOn, module, anomalies } = report;
  return [at, connectorId, currentMa ?? '', limitMa ?? '', powerOn ?? '', module, anomalies.join(' ')].join(',');
}

export interface Recording {
  readonly lines: number;
  write(report: CurrentReport): void;
  close(): void;
}

/**
 * A new CSV file, written line by line: what was seen is there when the session is cut off.
 * @throws Error with code EEXIST rather than overwrite a recording
 */
export function openRecording(path: string): Recording {
  const file = openSync(path, 'wx', 0o644);
  writeSync(file, `${CSV_HEADER}\n`);
  let lines = 0;
  return {
    get lines() {
      return lines;
    },
    write(report) {
      writeSync(file, `${csvLine(report)}\n`);
      lines += 1;
    },
    close: () => closeSync(file),
  };
}
