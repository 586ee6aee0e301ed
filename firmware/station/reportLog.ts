import type { ConnectionReport } from '@tapwatt/ocpp';
import { redactFrame } from '../security/redactFrame.js';

const WINDOW_MS = 60_000;
/** Lines in a window: enough to see what somebody does, too few to fill a disk with it. */
const MOST_LINES = 30;
const MOST_CHARACTERS = 500;
const MOST_VIOLATIONS = 5;

type Write = (level: 'info' | 'warn', message: string, data: Record<string, unknown>) => void;

/**
 * What connections notice, as log lines without secrets. The other end decides how often and how much that is, so both
 * are capped: at most 30 lines a minute, and the next line says how many are missing.
 */
export function createReportLog(monotonicMs: () => number, write: Write): (report: ConnectionReport) => void {
  let windowFromMs = Number.NEGATIVE_INFINITY;
  let lines = 0;
  let missing = 0;
  return (report) => {
    const nowMs = monotonicMs();
    if (nowMs - windowFromMs >= WINDOW_MS) {
      if (missing > 0) write('warn', `connection: ${missing} more of this were not logged`, { missing });
      windowFromMs = nowMs;
      lines = 0;
      missing = 0;
    }
    lines += 1;
    if (lines > MOST_LINES) missing += 1;
    else write(report.kind === 'repeated-id' ? 'info' : 'warn', `connection: ${report.kind}`, shown(report));
  };
}

function shown(report: ConnectionReport): Record<string, unknown> {
  return {
    ...report,
    ...('text' in report ? { text: shortened(redactFrame(report.text)) } : {}),
    ...('violations' in report ? { violations: report.violations.slice(0, MOST_VIOLATIONS) } : {}),
  };
}

function shortened(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS)}… (${text.length} characters)`;
}
