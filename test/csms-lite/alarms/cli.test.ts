import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import { startProgram } from '../../support/programs.js';
import { startTestServer, type TestServer } from '../api/server.js';
import { type Mailbox, openMailbox } from './mailbox.js';

let server: TestServer;
let mailbox: Mailbox;
test.before(async () => {
  mailbox = await openMailbox();
  server = await startTestServer({ alarms: { tickEveryMs: 100 } });
});
test.after(async () => {
  await server.close();
  await mailbox.close();
});

async function run(...args: string[]): Promise<{ code: number | null; output: string }> {
  const program = startProgram('csms-lite/bin/csms-lite.js', [...args, '--server', server.url]);
  const { code } = await program.exited;
  return { code, output: program.output() };
}

test('csms-lite alarm: rules, set, list, ack, test-mail', async () => {
  assert.match((await run('alarm', 'list')).output, 'No open alarm.');
  assert.match((await run('alarm', 'rules')).output, /offline\s+on\s+above 300 s/);
  assert.match((await run('alarm', 'set', 'faulted', '--threshold', '0')).output, 'faulted: on, 0 s');
  const refused = await run('alarm', 'set', 'offline', '--threshold', '1');
  assert.is(refused.code, 1);
  assert.match(refused.output, 'It must be from 10 to');

  const peer = await server.boot('CLI-1');
  await peer.call('StatusNotification', { connectorId: 1, status: 'Faulted', errorCode: 'GroundFailure' });
  await eventually(async () => (await server.api('GET', '/api/v1/alarms')).body.total === 1, 'the alarm', 60_000);
  assert.match((await run('alarm', 'list')).output, 'Connector 1 of CLI-1 reports Faulted: GroundFailure.');
  const { id } = (await server.api('GET', '/api/v1/alarms')).body.items[0];
  assert.match((await run('alarm', 'ack', String(id), '--note', 'on my way')).output, 'needs an electrician');
  assert.match((await run('alarm', 'list')).output, 'on my way');
  assert.match((await run('alarm', 'ack', '99')).output, 'alarm_not_found');

  assert.match((await run('alarm', 'test-mail')).output, 'mail_not_set_up');
  const recipients = ['ops@example.org'];
  await server.api('PATCH', '/api/v1/alarm-mail', { smtpUrl: mailbox.url, from: 'csms@example.org', recipients });
  assert.match((await run('alarm', 'test-mail')).output, 'The mail server took it');
  assert.is(mailbox.mails.length, 1);
  await peer.close();
});

test.run();
