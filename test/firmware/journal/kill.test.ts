import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom } from '../../support/random.js';
import { Bench, temporaryDirectory } from './support.js';

const KILLS = 52;
const SEED = Number(process.env.TAPWATT_SEED ?? 20_260_105);
const CHILD = join(fileURLToPath(new URL('.', import.meta.url)), 'kill-child.js');

/** Runs one life and kills it `afterMs` after its journal is open; gives its whole lines. */
async function live(directory: string, seed: number, life: number, afterMs: number): Promise<string[]> {
  const child: ChildProcess = spawn(process.execPath, [CHILD, directory, String(seed), String(life)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  let killed = false;
  child.stdout?.setEncoding('utf8');
  child.stdout?.on('data', (chunk: string) => {
    output += chunk;
    if (killed || !output.startsWith('ready\n')) return;
    killed = true;
    setTimeout(() => child.kill('SIGKILL'), afterMs);
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  assert.is(signal, 'SIGKILL', `the child ended by itself with ${code}`);
  return output.slice(0, output.lastIndexOf('\n')).split('\n');
}

test(`SIGKILL at ${KILLS} random instants: what was acknowledged is on disk, nothing is doubled (seed ${SEED})`, async () => {
  const random = createRandom(SEED);
  const directory = temporaryDirectory();
  const started = new Set<string>();
  const ended = new Map<string, number>();
  const energy = new Map<string, number>();
  /** Message ids by `kind localId` for starts and stops, as the central system saw them. */
  const seen = new Map<string, Set<string>>();
  const answered = new Set<string>();
  const note = (key: string, id: string): void => {
    seen.set(key, (seen.get(key) ?? new Set()).add(id));
  };
  let records = 0;

  for (let life = 0; life < KILLS; life += 1) {
    const lines = await live(directory, random.integer(1, 1e9), life, random.integer(0, 40));
    for (const line of lines) {
      const [what = '', kind = '', localId = '', detail = ''] = line.split(' ');
      if (what === 'recorded') records += 1;
      if (what === 'recorded' && kind === 'Started') started.add(localId);
      if (what === 'recorded' && kind === 'Ended') ended.set(localId, Number(detail));
      if (what === 'recorded') energy.set(localId, Math.max(energy.get(localId) ?? 0, Number(detail)));
      if (what === 'sent' && kind !== 'Metered') note(`${kind} ${localId}`, detail);
      if (what === 'answered') answered.add(detail);
    }
    const bench = new Bench(directory);
    const { outcome, journal } = await bench.open();
    assert.equal([outcome.t, outcome.findings], ['ok', []], `life ${life}`);
    const queue = journal.outbox.list(100_000);
    for (const message of queue) {
      assert.ok(!answered.has(message.id), `life ${life}: ${message.id} was answered and is owed again`);
      if (message.content.t !== 'Metered') note(`${message.content.t} ${message.localId}`, message.id);
    }
    const known = new Map(journal.transactions.list(100_000).map((transaction) => [transaction.localId, transaction]));
    for (const localId of started) {
      assert.ok(known.has(localId), `life ${life}: ${localId} was acknowledged and is gone`);
      assert.is(seen.get(`Started ${localId}`)?.size, 1, `life ${life}: one StartTransaction of ${localId}`);
    }
    for (const [localId, wh] of energy)
      assert.ok((known.get(localId)?.lastEnergyWh ?? -1) >= wh, `life ${life}: register of ${localId}`);
    for (const [localId, meterStopWh] of ended) {
      assert.is(known.get(localId)?.end?.meterStopWh, meterStopWh, `life ${life}: ${localId}`);
      assert.is(seen.get(`Ended ${localId}`)?.size, 1, `life ${life}: one StopTransaction of ${localId}`);
    }
    bench.close();
  }
  assert.ok(records > KILLS, `${records} records are too few to mean something`);
});

test.run();
