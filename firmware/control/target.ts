import type { CurrentReport } from '../anomaly/currentWatch.js';
import type { Fault } from '../domain/records.js';
import type { ControlState } from '../supervisor/state.js';
import type { ChaosMode, DomainEvent, StationQuery } from '../threads/messages.js';

/** What the control socket can ask of the running charge point. */
export interface ControlTarget {
  state(): ControlState;
  /** @returns the function that ends it. */
  subscribe(listener: (event: DomainEvent) => void): () => void;
  /** The last minute of every connector's current, then each report. @returns the function that ends it. */
  subscribeCurrent(listener: (report: CurrentReport) => void): () => void;
  /** Newest first, from the journal. */
  transactions(limit: number): Promise<unknown>;
  queue(): Promise<unknown>;
  /** The other questions and changes of StationQuery. */
  station(query: StationQuery): Promise<unknown>;
  /** @throws ConfigError when the file is wrong now; nothing has changed then. */
  reload(): ReloadResult;
  /** `none`: nothing is simulated. `starting`: it will be there in a moment. */
  readonly bench: BenchTarget | 'none' | 'starting';
}

export interface ReloadResult {
  /** Took effect. */
  applied: string[];
  /** Differ from what runs, and wait for a restart. */
  needsRestart: string[];
}

export const POWER_MODULE_BENCH_MODES = [
  'normal',
  'silent',
  'stuck-on',
  'noisy',
  'oscillating',
  'runaway',
  'drifting',
  'welded',
] as const;
export type PowerModuleBenchMode = (typeof POWER_MODULE_BENCH_MODES)[number];
export type ReaderBenchMode = 'normal' | 'missing' | 'busy' | 'garbage' | 'silent';

/** The hands that move simulated hardware. @throws ControlError UnknownConnector, NotSimulated. */
export interface BenchTarget {
  plugIn(connectorId: number, ev: { currentA: number; phases: number; drawDelayMs: number }): void;
  plugOut(connectorId: number): void;
  tap(idTag: string, connectorIds: number[] | null): void;
  fault(connectorId: number, fault: Fault): void;
  clearFault(connectorId: number): void;
  /** @returns the register. */
  meter(connectorId: number, energyWh: number | null): number;
  ev(connectorId: number, change: { ready?: boolean; currentA?: number }): void;
  /** @returns Wh that the module counted itself since the process began. */
  powerModule(connectorId: number, mode: PowerModuleBenchMode): number;
  reader(mode: ReaderBenchMode): void;
  can(down: boolean): void;
  lock(connectorId: number, fails: boolean): void;
  chaos(thread: 'connector' | 'station', connectorId: number, mode: ChaosMode): void;
  powerCut(): void;
}
