/** What a webhook is owed is written with the change itself: no kill, at whatever instant, comes between them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openCsms } from 'csms-lite/core/csms.js';
import type { Transaction } from 'csms-lite/core/model.js';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import { createRandom } from '../../support/random.js';
import type { Json } from '../../support/scripted-peer.js';
import { CsmsProcess } from '../core/support/csms-child.js';
import { at, runCsms, start, stop } from '../core/support/running-csms.js';

const test = suite('webhooks: outbox');
const SEED = Number(process.env.CSMS_SEED ?? Date.now() % 1_000_000);

interface Message {
  id: string;
  type: string;
  transaction?: Transaction;
}

async function receiver(): Promise<{ url: string; got: Map<string, Message>; server: Server }> {
  const got = new Map<string, Message>();
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    got.set(String(request.headers['webhook-id']), JSON.parse(body) as Message);
    response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, got, server };
}

test('SIGKILL at random instants, in the middle of sessions: every stored start and stop is sent, as one message each', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'csms-outbox-'));
  const databaseFile = join(directory, 'csms.sqlite');
  const { url, got, server } = await receiver();
  const random = createRandom(SEED);
  const child = new CsmsProcess(databaseFile);
  try {
    const first = await openCsms({ databaseFile });
    await first.webhooks.create({ url, events: ['transaction.*'], allowPrivate: true }, 'test');
    await first.close();
    for (let life = 0; life < 8; life += 1) {
      // Half of the deaths come between the commit and the answer, half at any instant.
      await child.start(random.next() < 0.5 ? 1 + random.integer(0, 5) : 0);
      const station = await child.connect(`CP${life}`);
      const killing = sleep(random.integer(0, 120)).then(() => child.kill());
      for (let n = 0; n < 4 && station.isOpen; n += 1) {
        const answer = await Promise.race([
          station.call('StartTransaction', start(1, 'TAG1', 1000 + n * 100, at(life * 10 + n))).catch(() => null),
          station.closed.then(() => null),
        ]);
        if (answer === null) break;
        const end = stop(answer.transactionId, 1050 + n * 100, at(life * 10 + n + 0.5));
        await Promise.race([station.call('StopTransaction', end).catch(() => null), station.closed]);
      }
      await killing;
      station.drop();
    }
    const last = await openCsms({ databaseFile });
    try {
      const { items } = await last.transactions.list({ limit: 1000 });
      assert.ok(items.length > 0, 'some sessions were stored');
      const owed = items.flatMap((session) => [
        `transaction.started ${session.id}`,
        ...(session.status === 'completed' ? [`transaction.stopped ${session.id}`] : []),
      ]);
      await eventually(async () => (await last.webhooks.counts()).pending === 0, 'all is sent');
      const sent = [...got.values()].map(({ type, transaction }) => `${type} ${transaction?.id}`);
      assert.equal(sent.sort(), owed.sort(), 'one message for each, none for what was never stored');
    } finally {
      await last.close();
    }
  } catch (error) {
    throw new Error(`seed ${SEED}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  } finally {
    await child.kill();
    server.close();
    await rm(directory, { recursive: true, force: true });
  }
});

test('what is undone is not sent; what is sent says what was stored, with the message’s own id', async () => {
  const { url, got, server } = await receiver();
  const running = await runCsms();
  try {
    await running.csms.webhooks.create({ url, events: ['*'], allowPrivate: true }, 'test');
    await running.csms.stations.put('CP1', {}, 'test');
    await running.csms.transactions.close(1, {}, 'test').catch(() => null);
    await running.csms.commands.send('CP1', 'clear-cache', {}, { actor: 'test' }).catch(() => null);
    await running.csms.tags.put('A1', { note: 'first' }, 'test');
    await running.csms.tags.remove('A1', 'test');
    await eventually(async () => got.size >= 3 && (await running.csms.webhooks.counts()).pending === 0, 'all is sent');
    assert.equal([...got.values()].map(({ type }) => type).sort(), ['station.updated', 'tag.removed', 'tag.updated']);
    for (const [id, message] of got) assert.is(message.id, id);
    const updated = [...got.values()].find(({ type }) => type === 'tag.updated') as unknown as { tag: Json };
    assert.is(updated.tag.note, 'first');
  } finally {
    server.close();
    await running.close();
  }
});

test.run();
