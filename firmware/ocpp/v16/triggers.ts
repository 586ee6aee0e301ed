/** Which request asks: TriggerMessage (1.6 §5.17) or ExtendedTriggerMessage (security white paper §5.5). */
export type TriggerRequest = 'TriggerMessage' | 'ExtendedTriggerMessage';

/** A message that can be asked for. */
export interface TriggerSource {
  /** As in `requestedMessage`. */
  message: string;
  by: readonly TriggerRequest[];
  /** Whether a connectorId matters to it; where it does not it is ignored. */
  perConnector: boolean;
  /** False: the request is Rejected now. Default: always true. */
  maySend?: () => boolean;
  /** Sends it, after the answer has gone. @param connectorId null for all, 0 for the charge point */
  send: (connectorId: number | null) => void;
}

export interface TriggerVerdict {
  status: 'Accepted' | 'Rejected' | 'NotImplemented';
  /** What to do after the answer; nothing unless Accepted. */
  send: () => void;
}

/** Who sends what on request. Modules add what they can send; a later source replaces an earlier one. */
export interface TriggerRegistry {
  add(source: TriggerSource): void;
  /** Messages that this request may ask for. */
  messages(by: TriggerRequest): string[];
  judge(by: TriggerRequest, message: string, connectorId: number | null): TriggerVerdict;
}

/** @param isConnector whether the charge point has this connector (from 1) */
export function createTriggerRegistry(isConnector: (connectorId: number) => boolean): TriggerRegistry {
  const sources = new Map<string, TriggerSource>();
  const refuse = (status: 'Rejected' | 'NotImplemented'): TriggerVerdict => ({ status, send() {} });

  return {
    add(source) {
      for (const by of source.by) sources.set(`${by} ${source.message}`, source);
    },
    messages: (by) => [...sources.values()].filter((source) => source.by.includes(by)).map(({ message }) => message),
    judge(by, message, connectorId) {
      const source = sources.get(`${by} ${message}`);
      if (source === undefined) return refuse('NotImplemented');
      // TC_055.
      if (source.perConnector && connectorId !== null && connectorId !== 0 && !isConnector(connectorId))
        return refuse('Rejected');
      if (source.maySend?.() === false) return refuse('Rejected');
      return { status: 'Accepted', send: () => source.send(source.perConnector ? connectorId : null) };
    },
  };
}
