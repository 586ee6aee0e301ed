import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import BetterSqlite3 from 'better-sqlite3';
import { isSecret, newSecret, signatureOf, verifySignature } from 'csms-lite/core/webhooks/signature.js';
import { checkTarget, guardedLookup, isPrivateAddress } from 'csms-lite/core/webhooks/targets.js';
import { isWanted } from 'csms-lite/core/webhooks/webhook-store.js';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import { type RunningCsms, runCsms } from '../core/support/running-csms.js';

const test = suite('webhooks');

interface Received {
  headers: IncomingMessage['headers'];
  body: string;
}

/** A receiver whose answers the test decides. */
async function receiver(answer: (count: number) => number): Promise<{ url: string; got: Received[]; server: Server }> {
  const got: Received[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      got.push({ headers: request.headers, body });
      response.writeHead(answer(got.length), { location: 'http://127.0.0.1:1/' }).end('thanks');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, got, server };
}

async function withCsms(work: (running: RunningCsms) => Promise<void>, delaysMs = [20, 20, 20]): Promise<void> {
  const running = await runCsms({ webhooks: { delaysMs, timeoutMs: 500 } });
  try {
    await work(running);
    assert.equal(running.errors, []);
  } finally {
    await running.close();
  }
}

const deliveriesOf = async ({ csms }: RunningCsms) => (await csms.webhooks.deliveries()).items;

test('an event is posted, signed as Standard Webhooks says, and logged', async () => {
  const { url, got, server } = await receiver(() => 204);
  await withCsms(async (running) => {
    const { secret } = await running.csms.webhooks.create({ url, events: ['tag.*'], allowPrivate: true }, 'test');
    await running.csms.tags.put('A1', {}, 'test');
    await running.csms.stations.put('CP9', {}, 'test');
    await eventually(async () => (await deliveriesOf(running))[0]?.status === 'delivered' || null, 'the delivery');
    assert.is(got.length, 1, 'station.updated was not asked for');
    const { headers, body } = got[0] as Received;
    assert.is(JSON.parse(body).type, 'tag.updated');
    const id = String(headers['webhook-id']);
    const at = Number(headers['webhook-timestamp']);
    assert.ok(Math.abs(at - Date.now() / 1000) < 30);
    const signature = String(headers['webhook-signature']);
    assert.ok(verifySignature(secret, id, at, body, signature));
    assert.not.ok(verifySignature(secret, id, at, `${body} `, signature));
    assert.not.ok(verifySignature(newSecret(), id, at, body, signature));
    const [delivery] = await deliveriesOf(running);
    assert.equal([delivery?.attempts, delivery?.lastStatus, delivery?.messageId], [1, 204, id]);
  });
  server.close();
});

test('the signature of the specification’s own example', () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const body = '{"test": 2432232314}';
  assert.is(
    signatureOf(secret, 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1614265330, body),
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  );
  assert.ok(isSecret(newSecret()));
  assert.not.ok(isSecret('whsec_short'));
});

test('a failure is tried again with the same id, a redirect is a failure, and after the last attempt it is dead', async () => {
  const { url, got, server } = await receiver((count) => (count === 1 ? 500 : count === 2 ? 302 : 200));
  await withCsms(async (running) => {
    await running.csms.webhooks.create({ url, events: ['tag.updated'], allowPrivate: true }, 'test');
    await running.csms.tags.put('A1', {}, 'test');
    await eventually(async () => (await deliveriesOf(running))[0]?.status === 'delivered' || null, 'the third attempt');
    assert.is(got.length, 3);
    assert.is(new Set(got.map(({ headers }) => headers['webhook-id'])).size, 1);
  });
  server.close();

  const dead = await receiver(() => 503);
  await withCsms(async (running) => {
    await running.csms.webhooks.create({ url: dead.url, events: ['tag.updated'], allowPrivate: true }, 'test');
    await running.csms.tags.put('A1', {}, 'test');
    await eventually(async () => (await deliveriesOf(running))[0]?.status === 'dead' || null, 'giving up');
    const [delivery] = await deliveriesOf(running);
    assert.equal([dead.got.length, delivery?.attempts, delivery?.lastStatus], [4, 4, 503]);
    assert.equal(await running.csms.webhooks.counts(), { pending: 0, delivered: 0, dead: 1 });
    await running.csms.webhooks.redeliver(delivery?.id ?? 0, 'test');
    await eventually(() => dead.got.length >= 5 || null, 'sent again by hand');
  });
  dead.server.close();
});

test('what is pending survives a restart; a switched-off webhook waits', async () => {
  const { url, got, server } = await receiver(() => 200);
  await withCsms(async (running) => {
    const { webhook } = await running.csms.webhooks.create({ url, events: ['*'], allowPrivate: true }, 'test');
    await running.csms.webhooks.test(webhook.id);
    await eventually(() => got.length === 1 || null, 'the test event');
    assert.is(JSON.parse(got[0]?.body ?? '{}').type, 'webhook.test');
    await running.csms.webhooks.update(webhook.id, { active: false }, 'test');
    await running.csms.webhooks.test(webhook.id);
    await running.restart();
    assert.is((await running.csms.webhooks.counts()).pending, 1);
    await running.csms.webhooks.update(webhook.id, { active: true }, 'test');
    await eventually(() => got.length === 2 || null, 'the waiting one');
  });
  server.close();
});

test('private, link-local, loopback and embedded addresses are refused unless allowed', async () => {
  const refused = [
    '10.1.2.3',
    '172.31.255.255',
    '192.168.0.1',
    '127.0.0.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '::1',
    '::',
    'fe80::1',
    'fe80::1%eth0',
    'fd00::1',
    '::ffff:10.0.0.1',
    '::ffff:7f00:1',
    '64:ff9b::7f00:1',
    '2002:c0a8:1::',
    'not an address',
  ];
  for (const address of refused) assert.ok(isPrivateAddress(address), address);
  for (const address of ['8.8.8.8', '172.32.0.1', '2606:4700::1111', '::ffff:8.8.8.8'])
    assert.not.ok(isPrivateAddress(address), address);

  for (const url of [
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://[::1]:8080/',
    'http://[::ffff:127.0.0.1]/',
    'http://localhost/',
    'http://printer.local/',
    'ftp://example.com/',
    'http://user:pw@example.com/',
  ])
    assert.throws(() => checkTarget(new URL(url), false), undefined, url);
  checkTarget(new URL('https://example.com/hook'), false);
  checkTarget(new URL('http://127.0.0.1/'), true);

  await withCsms(async (running) => {
    const error = await running.csms.webhooks
      .create({ url: 'http://169.254.169.254/latest/meta-data' }, 'test')
      .catch((thrown: { code: string; hint: string }) => thrown);
    assert.is((error as { code: string }).code, 'invalid_request');
    assert.match((error as { hint: string }).hint, 'allowPrivate');
  });
});

test('a name is checked as it is connected to: one private address among its answers refuses it', async () => {
  const look = (addresses: string[], all: boolean): Promise<unknown> =>
    new Promise((resolve) => {
      const lookup = guardedLookup((_host, done) =>
        done(
          null,
          addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
        ),
      );
      lookup('rebound.example', { all }, (error, address) => resolve(error ?? address));
    });
  assert.is(await look(['93.184.216.34'], false), '93.184.216.34');
  assert.match(String(await look(['93.184.216.34', '127.0.0.1'], false)), 'no public address');
  assert.match(String(await look(['::ffff:192.168.1.1'], true)), 'no public address');
  assert.match(String(await look([], true)), 'nowhere');
});

test('a refused target is dead at once: trying again would not change it', async () => {
  const { url, got, server } = await receiver(() => 200);
  await withCsms(async (running) => {
    const { webhook } = await running.csms.webhooks.create({ url, allowPrivate: true }, 'test');
    // Past the check of the API: the check at the connection must stand by itself.
    const other = new BetterSqlite3(running.databaseFile);
    other.prepare('update webhook set allow_private = 0').run();
    other.close();
    await running.csms.webhooks.test(webhook.id);
    await eventually(async () => (await deliveriesOf(running))[0]?.status === 'dead' || null, 'the refusal');
    const [delivery] = await deliveriesOf(running);
    assert.is(delivery?.attempts, 1);
    assert.match(delivery?.lastError ?? '', 'no public address');
    assert.is(got.length, 0);
  });
  server.close();
});

test('an answer that never comes is a failure with a reason, and closing does not wait for it', async () => {
  const server = createServer(() => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  await withCsms(
    async (running) => {
      const { webhook } = await running.csms.webhooks.create({ url, allowPrivate: true }, 'test');
      await running.csms.webhooks.test(webhook.id);
      await eventually(async () => ((await deliveriesOf(running))[0]?.attempts ?? 0) > 0 || null, 'the timeout');
      assert.match((await deliveriesOf(running))[0]?.lastError ?? '', 'no answer within 0.5 s');
    },
    [60_000],
  );
  server.closeAllConnections();
  server.close();
});

test('isWanted: by name, by kind; meter values only by name', () => {
  assert.ok(isWanted(['*'], 'knock'));
  assert.ok(isWanted(['transaction.*'], 'transaction.stopped'));
  assert.not.ok(isWanted(['*', 'transaction.*'], 'transaction.metered'));
  assert.ok(isWanted(['transaction.metered'], 'transaction.metered'));
  assert.not.ok(isWanted(['tag.updated'], 'tag.updated2'));
});

test.run();
