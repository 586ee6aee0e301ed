// Fills a small file system with sessions and says, as JSON on the last line, how the journal went through it.
//   node full-disk-child.js <directory on a file system of about 6 MB>
import { readdirSync, statfsSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { JournalError } from 'tapwatt/station/journal/journal.js';
import { Bench, KEPT } from './support.js';

const [directory = ''] = process.argv.slice(2);
const bench = new Bench(directory);
bench.wanted = KEPT;
await bench.open();
const { journal } = bench;
bench.start('running', 1, 0);
let recorded = 0;
let sheddingAfter = 0;
let error: JournalError | null = null;
for (let n = 1; n < 200_000 && error === null; n += 1) {
  try {
    // Starts and stops of the other connector may never be dropped: in the end nothing is left that may go.
    if (n % 3 === 0) {
      bench.start(`t${n}`, 2, n);
      bench.end(`t${n}`, n + 1, 2);
    } else bench.meter('running', n, 1);
    recorded = n;
    if (journal.pressure() !== 'none' && sheddingAfter === 0) sheddingAfter = n;
    if (n % 100 === 0) await nextTurn();
  } catch (thrown) {
    if (!(thrown instanceof JournalError)) throw thrown;
    error = thrown;
  }
}
const list = journal.outbox.list(1_000_000);
const count = (kind: string) => list.filter((message) => message.content.t === kind).length;
const full = {
  recorded,
  sheddingAfter,
  code: error?.code,
  hint: error?.hint,
  pressure: journal.pressure(),
  starts: count('Started'),
  stops: count('Ended'),
  meters: count('Metered'),
  free: statfsSync(directory).bfree,
  files: readdirSync(directory),
};
// Messages are delivered in the meantime: there is room again.
for (let n = 0; n < 2000 && journal.outbox.stats().pending > 0; n += 1) bench.deliver(n);
bench.end('running', recorded + 10, 1);
await journal.maintain();
const afterDelivery = journal.pressure();
bench.start('afterwards', 2, recorded + 20);
bench.close();
const { outcome } = await bench.open();
const open = bench.journal.transactions.open().map((transaction) => transaction.localId);
bench.close();
console.log(JSON.stringify({ ...full, afterDelivery, reopened: outcome.t, open }));
