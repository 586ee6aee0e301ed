import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom, type Random } from '../../support/random.js';
import { accepted, Bench } from './support.js';

const SEEDS = 12;
const STEPS = 220;
const POLICY = { attempts: 3, retryIntervalS: 30 };
const ERROR = { code: 'InternalError', description: 'no' };

interface Told {
  id: string;
  kind: string;
  ordinal: number;
  transactionId: number | null;
  fate: 'answered' | 'given-up';
}

/** What the central system saw of each chain, in its order. */
class Model {
  readonly told = new Map<string, Told[]>();
  readonly expected = new Map<string, string[]>();
  readonly bound = new Map<string, number>();
  /** Chains that wait, until when (monotonic). Forgotten by a reboot. */
  readonly waits = new Map<string, number>();
  readonly failures = new Map<string, number>();

  owes(chain: string, kind: string): void {
    this.expected.set(chain, [...(this.expected.get(chain) ?? []), kind]);
  }

  tell(chain: string, told: Told): void {
    this.told.set(chain, [...(this.told.get(chain) ?? []), told]);
  }
}

async function run(random: Random): Promise<void> {
  const bench = new Bench();
  await bench.open();
  const model = new Model();
  const open = new Map<number, { localId: string; energyWh: number }>();
  let transactions = 0;
  let boots = 1;
  const ids = new Map<string, string>();

  const change = (): void => {
    const connectorId = random.integer(1, 3);
    const running = open.get(connectorId);
    if (running === undefined) {
      transactions += 1;
      const localId = `t${transactions}`;
      open.set(connectorId, { localId, energyWh: 0 });
      bench.start(localId, connectorId, 0);
      model.owes(localId, 'Started');
      return;
    }
    running.energyWh += 10;
    switch (random.pick(['meter', 'meter', 'checkpoint', 'end'] as const)) {
      case 'meter':
        bench.meter(running.localId, running.energyWh, connectorId);
        model.owes(running.localId, 'Metered');
        break;
      case 'checkpoint':
        bench.checkpoint(running.localId, running.energyWh, connectorId);
        break;
      case 'end':
        bench.end(running.localId, running.energyWh, connectorId);
        model.owes(running.localId, 'Ended');
        open.delete(connectorId);
        break;
    }
  };

  const send = (mode: 'answer' | 'error' | 'timeout'): boolean => {
    const now = bench.clock.monotonic;
    const due = bench.journal.outbox.nextDue(now);
    if (due.t !== 'send') {
      if (due.t === 'wait') assert.ok(due.untilMonotonicMs > now, 'waits for what is to come');
      return false;
    }
    const { message } = due;
    const chain = message.localId ?? 'none';
    const place = `${chain}#${message.content.t}#${JSON.stringify(message.content)}`;
    assert.is(ids.get(place) ?? message.id, message.id, 'rule 2: the same id on every retry');
    ids.set(place, message.id);
    assert.ok((model.waits.get(chain) ?? 0) <= now, 'its chain does not wait');
    const before = bench.journal.outbox
      .list(10_000)
      .filter((other) => other.ordinal < message.ordinal && (model.waits.get(other.localId ?? '') ?? 0) <= now);
    assert.equal(before, [], 'nothing older was sendable');
    if (message.content.t !== 'Started') {
      const binding = model.bound.get(chain);
      assert.is(message.transactionId, binding, 'the bound transactionId, or -1');
    }
    const told = {
      id: message.id,
      kind: message.content.t,
      ordinal: message.ordinal,
      transactionId: message.transactionId,
    };
    if (mode === 'timeout') return true;
    if (mode === 'answer') {
      const transactionId = 1000 + message.ordinal;
      const start = message.content.t === 'Started' ? accepted(transactionId) : null;
      if (start !== null) model.bound.set(chain, transactionId);
      assert.is(bench.journal.outbox.answered(message.id, start).t, 'answered');
      model.tell(chain, { ...told, fate: 'answered' });
      model.waits.delete(chain);
      return true;
    }
    const count = (model.failures.get(message.id) ?? 0) + 1;
    model.failures.set(message.id, count);
    assert.is(message.attempts, count - 1, 'only CALLERRORs are counted');
    const failed = bench.journal.outbox.failed(message.id, ERROR, POLICY, now);
    if (count < POLICY.attempts) {
      assert.is(failed.t, 'will-retry');
      model.waits.set(chain, now + count * 30_000);
    } else {
      assert.is(failed.t, 'given-up');
      if (message.content.t === 'Started') model.bound.set(chain, -1);
      model.tell(chain, { ...told, fate: 'given-up' });
      model.waits.delete(chain);
    }
    return true;
  };

  for (let step = 0; step < STEPS; step += 1) {
    bench.clock.advance(random.integer(0, 20_000));
    const dice = random.next();
    if (dice < 0.45) change();
    else if (dice < 0.7) send('answer');
    else if (dice < 0.85) send('error');
    else if (dice < 0.95) send('timeout');
    else if (dice < 0.98) {
      bench.close();
      await bench.open();
    } else {
      boots += 1;
      await bench.reboot(`boot-${boots}`);
      model.waits.clear();
      const resumed = bench.journal.transactions.resumeInterrupted().map((transaction) => transaction.localId);
      assert.equal(resumed.sort(), [...open.values()].map((transaction) => transaction.localId).sort());
    }
  }
  while (bench.journal.outbox.stats().pending > 0) if (!send('answer')) bench.clock.advance(30_000);

  for (const [chain, kinds] of model.expected) {
    const told = model.told.get(chain) ?? [];
    assert.equal(
      told.map((message) => message.kind),
      kinds,
      `chain ${chain}: everything once, in order`,
    );
  }
  const dead = [...model.told.values()].flat().filter((message) => message.fate === 'given-up').length;
  assert.is(bench.journal.outbox.stats().deadLetters, dead);
  bench.close();
}

test(`the order of the queue holds for ${SEEDS} random histories of answers, CALLERRORs, timeouts and restarts`, async () => {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    try {
      await run(createRandom(seed));
    } catch (error) {
      throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : error}`, { cause: error });
    }
  }
});

test.run();
