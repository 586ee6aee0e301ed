// A charge point that only records. The parent kills it at a random instant. Every line on stdout was written after the
// journal had acknowledged what it says; the pipe keeps it when the process dies.
//   node kill-child.js <directory> <seed> <life>
import { writeSync } from 'node:fs';
import { readBootId } from 'tapwatt/station/time/boot-id.js';
import { createRandom } from '../../support/random.js';
import { accepted, Bench, KEPT } from './support.js';

const [directory = '', seed = '1', life = '0'] = process.argv.slice(2);
const random = createRandom(Number(seed));
const bench = new Bench(directory);
bench.bootId = readBootId();
bench.incarnation = `life-${life}`;
bench.wanted = KEPT;
bench.clock.wallMs = () => Date.now();
bench.clock.monotonicMs = () => Number(process.hrtime.bigint() / 1_000_000n);
bench.clock.now = () => ({ wallMs: Date.now(), monotonicMs: bench.clock.monotonicMs() });

function say(line: string): void {
  writeSync(1, `${line}\n`);
}

const { journal } = await bench.open();
const open = new Map<number, { localId: string; energyWh: number }>();
for (const { connectorId, localId, lastEnergyWh } of journal.transactions.resumeInterrupted())
  open.set(connectorId, { localId, energyWh: lastEnergyWh });
say('ready');
for (let n = 0; ; n += 1) {
  const connectorId = random.integer(1, 2);
  const running = open.get(connectorId);
  if (random.next() < 0.4) {
    const due = journal.outbox.nextDue(bench.clock.monotonicMs());
    if (due.t !== 'send') continue;
    const { id, localId, content } = due.message;
    say(`sent ${content.t} ${localId} ${id}`);
    journal.outbox.answered(id, content.t === 'Started' ? accepted(n) : null);
    say(`answered ${content.t} ${localId} ${id}`);
  } else if (running === undefined) {
    const localId = `${life}-${n}`;
    open.set(connectorId, { localId, energyWh: 0 });
    bench.start(localId, connectorId, 0);
    say(`recorded Started ${localId} 0`);
  } else if (random.next() < 0.15) {
    bench.end(running.localId, running.energyWh + 1, connectorId);
    open.delete(connectorId);
    say(`recorded Ended ${running.localId} ${running.energyWh + 1}`);
  } else {
    running.energyWh += 1;
    if (random.next() < 0.5) bench.meter(running.localId, running.energyWh, connectorId);
    else bench.checkpoint(running.localId, running.energyWh, connectorId);
    say(`recorded Energy ${running.localId} ${running.energyWh}`);
  }
}
