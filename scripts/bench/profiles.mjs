// GetCompositeSchedule over 24 h with 100 installed profiles, and a card looked up in a local list of 10 and of 10,000
// entries, in a real journal. The baseline of the first is its goal; of the second, the small list.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compositeSchedule } from '../../firmware/dist/smart-charging/composite.js';
import { openJournal } from '../../firmware/dist/station/journal/journal.js';

const HOUR_MS = 3_600_000;

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

function timed(times, work) {
  return Array.from({ length: times }, (_, n) => {
    const from = performance.now();
    work(n);
    return performance.now() - from;
  });
}

/** 100 profiles of all kinds, each with 24 periods. */
function profiles(nowMs) {
  return Array.from({ length: 100 }, (_, n) => ({
    connectorId: n % 3 === 0 ? 0 : 1,
    profile: {
      profileId: n,
      stackLevel: Math.floor(n / 3),
      purpose: ['ChargePointMaxProfile', 'TxDefaultProfile', 'TxProfile'][n % 3],
      kind: ['Absolute', 'Recurring'][n % 2],
      recurrency: n % 2 === 0 ? null : n % 4 === 1 ? 'Daily' : 'Weekly',
      validFromMs: nowMs - (n % 7) * HOUR_MS,
      validToMs: nowMs + (30 - (n % 9)) * HOUR_MS,
      transactionId: null,
      schedule: {
        durationS: 3600 * (4 + (n % 20)),
        startMs: nowMs - (n % 11) * HOUR_MS,
        unit: n % 5 === 0 ? 'W' : 'A',
        periods: Array.from({ length: 24 }, (_, p) => ({
          startS: p * 1800,
          limit: n % 5 === 0 ? 4000 + ((p * 997) % 7000) : 6 + ((n + p * 7) % 26),
          numberPhases: null,
        })),
      },
    },
  }));
}

function composite() {
  const nowMs = Date.now();
  const installed = profiles(nowMs);
  const context = {
    connectorId: 1,
    voltageV: 230,
    phases: 3,
    transaction: { startedAtMs: nowMs - HOUR_MS, transactionId: 1 },
  };
  const once = () => compositeSchedule(installed, context, 32_000, nowMs, 86_400, 'A');
  timed(20, once);
  return { medianMs: median(timed(200, once)), periods: once().periods.length };
}

async function lookups(entries) {
  const directory = mkdtempSync(join(tmpdir(), 'tapwatt-list-'));
  const clock = { wallMs: Date.now, monotonicMs: () => performance.now() };
  const { journal } = await openJournal({ directory, clock, bootId: 'bench', systemClockTrusted: true });
  const tag = (n) => `TAG${String(n).padStart(17, '0')}`;
  const info = { status: 'Accepted', expiresAtMs: null, parentIdTag: 'FLEET' };
  const from = performance.now();
  journal.localList.replace(
    1,
    Array.from({ length: entries }, (_, n) => ({ idTag: tag(n), info })),
  );
  const writeMs = performance.now() - from;
  const look = (n) => journal.localList.get(tag((n * 7919) % entries));
  timed(500, look);
  const lookupMs = median(timed(5000, look));
  journal.close();
  rmSync(directory, { recursive: true, force: true });
  return { lookupMs, writeMs };
}

const result = { composite: composite(), small: await lookups(10), large: await lookups(10_000) };
console.log(
  `GetCompositeSchedule, 24 h, 100 profiles: median ${result.composite.medianMs.toFixed(2)} ms (${result.composite.periods} periods)`,
);
console.log(
  `local list: a look-up takes ${(result.small.lookupMs * 1000).toFixed(1)} µs among 10, ${(result.large.lookupMs * 1000).toFixed(1)} µs among 10,000; writing 10,000 ${result.large.writeMs.toFixed(0)} ms`,
);
if (process.argv.includes('--json')) console.log(JSON.stringify(result));
