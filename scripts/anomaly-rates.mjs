// node scripts/anomaly-rates.mjs [--hours 500] [--faults 200] [--seed 1]
//
// What the detectors of ocpp/anomaly do on seeded sessions (test/ocpp/anomaly/session.ts): false alarms per 1,000 hours
// of normal charging, and how many injected faults are found and after how long. Needs `npx tsc -b test/ocpp`.
import { parseArgs } from 'node:util';
import { ANOMALY_KINDS } from '@tapwatt/ocpp/anomaly/index.js';
import { nameOf, OBSERVERS, observe } from '../test/dist/ocpp/anomaly/rates.js';
import { FAULTS, makeSession } from '../test/dist/ocpp/anomaly/session.js';
import { createRandom } from '../test/dist/support/random.js';

const { values } = parseArgs({
  options: {
    hours: { type: 'string', default: '500' },
    faults: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    /** Prints each false alarm with the seed of its session. */
    verbose: { type: 'boolean', default: false },
  },
});
const cell = (text, width = 12) => String(text).padStart(width);
const percentile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

const falseAlarms = new Map(OBSERVERS.map((observer) => [observer, new Map(ANOMALY_KINDS.map((kind) => [kind, 0]))]));
let hours = 0;
let sessions = 0;
for (let seed = Number(values.seed) * 1_000_000; hours < Number(values.hours); seed += 1) {
  const session = makeSession(createRandom(seed), null);
  hours += session.seconds.filter((second) => second.session).length / 3600;
  sessions += 1;
  for (const observer of OBSERVERS)
    for (const { kind, atS } of observe(createRandom(-seed), session, observer)) {
      const counts = falseAlarms.get(observer);
      counts.set(kind, counts.get(kind) + 1);
      if (values.verbose) console.log(`seed ${seed}: ${nameOf(observer)}: ${kind} at ${atS} s`);
    }
}
console.log(`False alarms per 1,000 session hours (${sessions} normal sessions, ${Math.round(hours)} h)\n`);
console.log(cell('', 18) + [...ANOMALY_KINDS, 'all'].map((kind) => cell(kind)).join(''));
for (const [observer, counts] of falseAlarms) {
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const rates = [...counts.values(), all].map((count) => cell(((count * 1000) / hours).toFixed(1)));
  console.log(nameOf(observer).padEnd(18) + rates.join(''));
}

console.log(`\nInjected faults found, and delay: median / 95th percentile in s (${values.faults} sessions each)\n`);
console.log(cell('', 18) + FAULTS.map((fault) => cell(fault, 20)).join(''));
const wantedKind = (fault) => (fault.startsWith('drift') ? 'drift' : fault);
for (const observer of OBSERVERS) {
  const cells = FAULTS.map((fault, index) => {
    const delays = [];
    for (let n = 0; n < Number(values.faults); n += 1) {
      const seed = Number(values.seed) * 1_000_000 + 500_000 + index * 10_000 + n;
      const session = makeSession(createRandom(seed), fault);
      const found = observe(createRandom(-seed), session, observer).find(
        ({ kind, atS }) => kind === wantedKind(fault) && atS >= session.faultAtS,
      );
      if (found !== undefined) delays.push(Math.round(found.atS - session.faultAtS));
    }
    delays.sort((a, b) => a - b);
    const share = Math.round((delays.length * 100) / Number(values.faults));
    const times = delays.length === 0 ? '' : `  ${percentile(delays, 0.5)} / ${percentile(delays, 0.95)}`;
    return cell(`${share} %${times}`, 20);
  });
  console.log(nameOf(observer).padEnd(18) + cells.join(''));
}
