import { ERROR_CODES, type Fault } from '../domain/records.js';
import type { ChaosMode } from '../threads/messages.js';
import { type CompiledRoute, route } from './router.js';
import {
  type BenchTarget,
  POWER_MODULE_BENCH_MODES,
  type PowerModuleBenchMode,
  type ReaderBenchMode,
} from './target.js';

const connectorId = { type: 'integer', minimum: 1, default: 1 } as const;
const currentA = { type: 'number', minimum: 0, maximum: 1000 } as const;
const optionalText = (maxLength: number) => ({ type: ['string', 'null'], maxLength, default: null }) as const;

/** A body with these properties and no others. */
function body(properties: object, required: readonly string[] = []): object {
  return { type: 'object', additionalProperties: false, properties, required };
}

const done = { ok: true } as const;

interface PlugIn {
  connectorId: number;
  currentA: number;
  phases: number;
  drawDelayMs: number;
}

/** Routes that command simulated hardware, to the letter of charge-point-control.md, and chaos, can and lock for tests. */
export const benchRoutes: readonly CompiledRoute<BenchTarget>[] = [
  route<BenchTarget, PlugIn>({
    method: 'POST',
    path: '/plug-in',
    schema: body({
      connectorId,
      currentA: { ...currentA, default: 32 },
      phases: { type: 'integer', minimum: 1, maximum: 3, default: 1 },
      drawDelayMs: { type: 'integer', minimum: 0, maximum: 3_600_000, default: 0 },
    }),
    answer(bench, { connectorId: id, ...ev }) {
      bench.plugIn(id, ev);
      return done;
    },
  }),
  route<BenchTarget, { connectorId: number }>({
    method: 'POST',
    path: '/plug-out',
    schema: body({ connectorId }),
    answer(bench, input) {
      bench.plugOut(input.connectorId);
      return done;
    },
  }),
  route<BenchTarget, { idTag: string; connectorIds: number[] | null }>({
    method: 'POST',
    path: '/tap',
    schema: body(
      {
        idTag: { type: 'string', minLength: 1, maxLength: 255 },
        connectorIds: { type: ['array', 'null'], items: { type: 'integer', minimum: 1 }, minItems: 1, default: null },
      },
      ['idTag'],
    ),
    answer(bench, { idTag, connectorIds }) {
      bench.tap(idTag, connectorIds);
      return done;
    },
  }),
  route<BenchTarget, Fault & { connectorId: number }>({
    method: 'POST',
    path: '/fault',
    schema: body(
      {
        connectorId,
        errorCode: { type: 'string', enum: ERROR_CODES.filter((code) => code !== 'NoError') },
        info: optionalText(50),
        vendorId: optionalText(255),
        vendorErrorCode: optionalText(50),
      },
      ['errorCode'],
    ),
    answer(bench, { connectorId: id, ...fault }) {
      bench.fault(id, fault);
      return done;
    },
  }),
  route<BenchTarget, { connectorId: number }>({
    method: 'POST',
    path: '/clear-fault',
    schema: body({ connectorId }),
    answer(bench, input) {
      bench.clearFault(input.connectorId);
      return done;
    },
  }),
  route<BenchTarget, { connectorId: number; energyWh: number | null }>({
    method: 'POST',
    path: '/meter',
    schema: body({ connectorId, energyWh: { type: ['integer', 'null'], minimum: 0, default: null } }),
    answer: (bench, input) => ({ ...done, energyWh: bench.meter(input.connectorId, input.energyWh) }),
  }),
  route<BenchTarget, { connectorId: number; ready?: boolean; currentA?: number }>({
    method: 'POST',
    path: '/ev',
    schema: body({ connectorId, ready: { type: 'boolean' }, currentA }),
    answer(bench, { connectorId: id, ...change }) {
      bench.ev(id, change);
      return done;
    },
  }),
  route<BenchTarget, { connectorId: number; mode: PowerModuleBenchMode }>({
    method: 'POST',
    path: '/power-module',
    schema: body({ connectorId, mode: { type: 'string', enum: [...POWER_MODULE_BENCH_MODES] } }, ['mode']),
    answer: (bench, input) => ({ ...done, deliveredWh: bench.powerModule(input.connectorId, input.mode) }),
  }),
  route<BenchTarget, { mode: ReaderBenchMode }>({
    method: 'POST',
    path: '/reader',
    schema: body({ mode: { type: 'string', enum: ['normal', 'missing', 'busy', 'garbage', 'silent'] } }, ['mode']),
    answer(bench, { mode }) {
      bench.reader(mode);
      return done;
    },
  }),
  route<BenchTarget, { down: boolean }>({
    method: 'POST',
    path: '/can',
    schema: body({ down: { type: 'boolean' } }, ['down']),
    answer(bench, { down }) {
      bench.can(down);
      return done;
    },
  }),
  route<BenchTarget, { connectorId: number; fails: boolean }>({
    method: 'POST',
    path: '/lock',
    schema: body({ connectorId, fails: { type: 'boolean' } }, ['fails']),
    answer(bench, input) {
      bench.lock(input.connectorId, input.fails);
      return done;
    },
  }),
  route<BenchTarget, { thread: 'connector' | 'station'; connectorId: number; mode: ChaosMode }>({
    method: 'POST',
    path: '/chaos',
    schema: body(
      {
        thread: { type: 'string', enum: ['connector', 'station'] },
        connectorId,
        mode: { type: 'string', enum: ['throw', 'spin', 'exit'] },
      },
      ['thread', 'mode'],
    ),
    answer(bench, input) {
      bench.chaos(input.thread, input.connectorId, input.mode);
      return done;
    },
  }),
  route<BenchTarget, object>({
    method: 'POST',
    path: '/power-cut',
    schema: body({}),
    answer(bench) {
      bench.powerCut();
      return done;
    },
  }),
];
