import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import { type Body, startTestServer, type TestServer } from '../api/server.js';
import { type Mailbox, openMailbox, PASSWORD } from './mailbox.js';

const WAIT_MS = 30_000;
let server: TestServer;
let mailbox: Mailbox;
test.before.each(async () => {
  mailbox = await openMailbox();
  server = await startTestServer({
    pingIntervalS: 3600,
    alarms: {
      tickEveryMs: 50,
      checkEveryMs: 3_600_000,
      mail: { gatherMs: 2000, pauseMs: 0, delaysMs: [200, 200, 200] },
    },
  });
});
test.after.each(async () => {
  await server.close();
  await mailbox.close();
});

const setUp = (more: object = {}) =>
  server.api('PATCH', '/api/v1/alarm-mail', {
    smtpUrl: mailbox.url,
    from: 'csms@example.org',
    recipients: ['ops@example.org', 'night@example.org'],
    ...more,
  });
const state = async (): Promise<Body> => (await server.api('GET', '/api/v1/alarm-mail')).body;
const setRule = (rule: string, change: object) => server.api('PATCH', `/api/v1/alarm-rules/${rule}`, change);
const told = (): string[] => mailbox.mails.map(({ headers }) => headers.subject ?? '');

async function faulted(id: string): Promise<void> {
  const peer = await server.boot(id);
  await peer.call('StatusNotification', { connectorId: 1, status: 'Faulted', errorCode: 'OverVoltage' });
  await peer.close();
}

test('a test mail arrives; the password goes to the mail server and is told nowhere', async () => {
  assert.is((await server.api('POST', '/api/v1/alarm-mail/test')).body.code, 'mail_not_set_up');
  const answer = await setUp();
  assert.is(answer.status, 200, JSON.stringify(answer.body));
  assert.match(answer.body.smtpUrl, 'smtp://ops:***@127.0.0.1:');
  const sent = await server.api('POST', '/api/v1/alarm-mail/test');
  assert.is(sent.status, 200, JSON.stringify(sent.body));
  const [mail] = mailbox.mails;
  assert.is(mail?.from, 'csms@example.org');
  assert.equal(mail?.to, ['ops@example.org', 'night@example.org']);
  assert.is(mail?.headers['auto-submitted'], 'auto-generated');
  assert.match(mail?.headers['message-id'] ?? '', /^<[\w-]+@example\.org>$/);
  const shown = [
    JSON.stringify((await server.api('GET', '/api/v1/audit?limit=100')).body),
    JSON.stringify((await server.api('GET', '/api/v1/settings')).body),
    JSON.stringify(await state()),
  ].join('\n');
  assert.match(shown, 'alarm-mail.update');
  assert.not.match(shown, PASSWORD);
  assert.not.match(shown, encodeURIComponent(PASSWORD));
});

test('a wrong password is an error that does not repeat it; *** keeps the known one, for the same server only', async () => {
  await setUp({ smtpUrl: `smtp://ops:wr0ng-pass@127.0.0.1:${mailbox.port}` });
  const refused = await server.api('POST', '/api/v1/alarm-mail/test');
  assert.is(refused.status, 502);
  assert.is(refused.body.code, 'mail_failed');
  assert.not.match(JSON.stringify(refused.body), 'wr0ng-pass');
  await setUp();
  await setUp({ smtpUrl: `smtp://ops:***@127.0.0.1:${mailbox.port}` });
  assert.is((await server.api('POST', '/api/v1/alarm-mail/test')).status, 200);
  assert.is((await setUp({ smtpUrl: 'smtp://ops:***@mail.example' })).status, 422, 'not to another server');
  for (const smtpUrl of ['http://127.0.0.1', 'mail.example', '//x'])
    assert.is((await setUp({ smtpUrl })).status, 422, smtpUrl);
  assert.is((await setUp({ recipients: [] })).status, 422);
  assert.is((await setUp({ recipients: ['a@b.example, c@d.example'] })).status, 422, 'no second address in one');
  assert.is((await setUp({ from: 'a@b.example\r\nBcc: c@d.example' })).status, 422, 'no second header in one');
});

test('100 charge points that go away together are one mail, with each of them in it; so is their return', async () => {
  await setUp();
  await setRule('offline', { threshold: 10 });
  const ids = Array.from({ length: 100 }, (_one, index) => `ROW-${index + 1}`);
  const peers = await Promise.all(ids.map((id) => server.boot(id, 0)));
  for (const peer of peers) peer.drop();
  await eventually(() => mailbox.mails.length > 0, 'the mail', 90_000);
  const raised = (await server.api('GET', '/api/v1/alarms?limit=1000')).body.total;
  assert.is(raised, 100);
  assert.equal(told(), ['[csms-lite] 100 alarms raised']);
  const text = mailbox.mails[0]?.text ?? '';
  assert.match(text, 'Charge point offline (100)');
  for (const id of ids) assert.match(text, `- ${id} has no connection (1006)`);
  assert.is(text.split('What to do:').length, 2, 'what to do is said once');
  assert.match(text, /Since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC; \d+ s, threshold 10 s\./);
});

test('a mail server that is away, then refuses, then takes it: one mail, the same Message-ID, nothing lost over a restart', async () => {
  await setUp();
  await setRule('faulted', { threshold: 0 });
  const { port } = mailbox;
  await mailbox.close();
  await faulted('AWAY-1');
  await eventually(async () => (await state()).lastError !== null, 'the first attempt failed', WAIT_MS);
  assert.match((await state()).lastError, 'ECONNREFUSED');
  await server.restart();
  assert.is((await state()).pending + (await state()).dead, 1, 'kept');
  mailbox = await openMailbox(port);
  mailbox.refuse(1);
  // A change of the settings tries again what was given up, too.
  await setUp();
  await eventually(() => mailbox.mails.length > 0, 'the mail', WAIT_MS);
  await eventually(async () => (await state()).pending === 0 && (await state()).lastSentAt !== null, 'sent', WAIT_MS);
  assert.equal(told(), ['[csms-lite] Connector faulted: AWAY-1/1']);
  assert.match(mailbox.mails[0]?.text ?? '', 'Connector 1 of AWAY-1 reports Faulted: OverVoltage.');
  assert.equal(await state().then(({ dead, lastError }) => [dead, lastError]), [0, null]);
});

test('given up after the last attempt; switched off nothing is sent and nothing is kept for later', async () => {
  await setUp();
  await setRule('faulted', { threshold: 0 });
  mailbox.refuse(1000);
  await faulted('DEAD-1');
  await eventually(async () => (await state()).dead === 1, 'given up', WAIT_MS);
  assert.match((await state()).lastError, 'try again later');
  await setUp({ smtpUrl: null });
  mailbox.refuse(0);
  await faulted('DEAD-2');
  await eventually(async () => (await server.api('GET', '/api/v1/alarms')).body.total === 2, 'the alarm', WAIT_MS);
  assert.equal(mailbox.mails, []);
  assert.is((await state()).smtpUrl, null);
});

test.run();
