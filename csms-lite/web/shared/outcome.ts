/** A command as far as its outcome goes: what the API shows of it. */
export interface CommandOutcome {
  action: string;
  status: 'pending' | 'completed' | 'failed';
  response: object | null;
  error: { code: string; description: string } | null;
}

export interface OutcomeText {
  /** The charger's word, or ours where it gave none. */
  word: string;
  /** What that means, in a sentence; '' where the word says it. */
  meaning: string;
  tone: 'good' | 'wait' | 'fault';
}

/** OCPP 1.6 §7 and the security white paper §5: what a status means to the person who asked. */
const MEANINGS: Record<string, string> = {
  Scheduled: 'It will do so when the running session has ended.',
  RebootRequired: 'It takes effect after a reset.',
  UnlockFailed: 'The connector could not be unlocked.',
  NotSupported: 'This charger does not have it.',
  NotImplemented: 'This charger does not know this message.',
  Occupied: 'The connector is in use.',
  Faulted: 'The connector has a fault.',
  Unavailable: 'The connector is out of service.',
  VersionMismatch: 'The charger’s list has another version: send a full list.',
  Timeout: 'The charger did not answer in time. It may still carry it out.',
  ConnectionLost: 'The connection broke before the answer came. The charger may have carried it out.',
  ChargePointOffline: 'It went offline before the command could be sent.',
  Interrupted: 'The server was restarted before the answer came.',
  UnknownMessageId: 'The charger does not know this data transfer.',
  UnknownVendorId: 'The charger does not know this vendor.',
};

const GOOD = new Set(['Accepted', 'Unlocked', 'Scheduled', 'RebootRequired', 'AcceptedCanceled', 'Idle']);

/** A charger's answer in words. */
export function outcomeText(command: CommandOutcome): OutcomeText {
  if (command.error !== null && command.response === null) {
    const { code, description } = command.error;
    return { word: code, meaning: MEANINGS[code] ?? description, tone: 'fault' };
  }
  if (command.response === null) return { word: 'Waiting', meaning: 'No answer yet.', tone: 'wait' };
  const { status } = command.response as { status?: unknown };
  if (typeof status !== 'string') return { word: 'Answered', meaning: '', tone: 'good' };
  const fallback = status === 'Rejected' ? 'The charger refused.' : '';
  return { word: status, meaning: MEANINGS[status] ?? fallback, tone: GOOD.has(status) ? 'good' : 'fault' };
}
