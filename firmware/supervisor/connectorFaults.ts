import type { Fault } from '../domain/records.js';

/** Who says that something is wrong. Each source holds its own faults; `bench` may hold several. */
export type FaultSource =
  | 'power-module'
  | 'contactor'
  | 'plug-sensor'
  | 'lock'
  | 'pilot'
  | 'thread'
  | 'current'
  | 'bench';

/** What is wrong with a connector's hardware, as seen from the main thread. */
export interface ConnectorFaults {
  /** One for each error code. */
  readonly active: Fault[];
  raise(source: FaultSource, fault: Fault): void;
  /** Takes back what the source raised; with `errorCode` only that. */
  clear(source: FaultSource, errorCode?: Fault['errorCode']): void;
}

export interface FaultListener {
  raised(fault: Fault): void;
  cleared(errorCode: Fault['errorCode']): void;
}

/** Keeps faults by source, so that two causes of one error code do not clear each other. */
export function createConnectorFaults(listener: FaultListener): ConnectorFaults {
  let held: { source: FaultSource; fault: Fault }[] = [];
  const isHeld = (errorCode: Fault['errorCode']): boolean => held.some((h) => h.fault.errorCode === errorCode);
  return {
    get active() {
      const seen = new Map<string, Fault>();
      for (const { fault } of held) if (!seen.has(fault.errorCode)) seen.set(fault.errorCode, fault);
      return [...seen.values()];
    },
    raise(source, fault) {
      const known = held.some((h) => h.source === source && JSON.stringify(h.fault) === JSON.stringify(fault));
      if (known) return;
      held = held.filter((h) => !(h.source === source && h.fault.errorCode === fault.errorCode));
      held.push({ source, fault });
      listener.raised(fault);
    },
    clear(source, errorCode) {
      const gone = held.filter(
        (h) => h.source === source && (errorCode === undefined || h.fault.errorCode === errorCode),
      );
      held = held.filter((h) => !gone.includes(h));
      for (const code of new Set(gone.map((h) => h.fault.errorCode))) {
        if (!isHeld(code)) listener.cleared(code);
      }
    },
  };
}

/** A fault of our own, with nothing vendor-specific in it. OCPP 1.6 §6.47 allows 50 characters of info. */
export function hardwareFault(errorCode: Fault['errorCode'], info: string): Fault {
  return { errorCode, info: info.slice(0, 50), vendorId: null, vendorErrorCode: null };
}
