import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { makeDiagnostics } from 'tapwatt/maintenance/archive/diagnostics.js';
import { withoutSecrets, withoutUrlSecrets } from 'tapwatt/maintenance/archive/redact.js';
import { makeSecurityLog, securityLogWithin } from 'tapwatt/maintenance/archive/securityLog.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const AT = Date.parse('2026-03-01T12:00:00Z');
const event = (minute: number) => ({
  at: new Date(AT + minute * 60_000).toISOString(),
  type: 'Status',
  message: `minute ${minute}`,
});

test('diagnostics are one .tar.gz that tar reads; events and transactions of the window only', async () => {
  const { body, fileName, type } = await makeDiagnostics(
    {
      chargePointId: 'CP',
      about: () => ({ version: '1' }),
      settings: () => ({ csms: { url: 'ws://user:hush@host/ocpp' }, password: 'hush' }),
      keys: () => [{ key: 'HeartbeatInterval', value: '300', readonly: false }],
      events: () => [0, 10, 20, 30].map(event),
      transactions: () => [
        { startedAt: event(0).at, stoppedAt: event(5).at },
        { startedAt: event(12).at, stoppedAt: null },
        { startedAt: event(40).at, stoppedAt: null },
      ],
      queue: () => ({ pending: 0 }),
    },
    { fromMs: AT + 10 * 60_000, toMs: AT + 20 * 60_000 },
    'diagnostics-CP.tar.gz',
    AT,
  );
  assert.equal([fileName, type], ['diagnostics-CP.tar.gz', 'application/gzip']);
  const directory = mkdtempSync(join(tmpdir(), 'tapwatt-archive-'));
  writeFileSync(join(directory, fileName), body);
  execFileSync('tar', ['-xzf', fileName], { cwd: directory });
  const lines = (name: string) => readFileSync(join(directory, name), 'utf8').trim().split('\n');
  assert.equal(
    lines('events.ndjson').map((line) => JSON.parse(line).message),
    ['minute 10', 'minute 20'],
  );
  assert.equal(lines('transactions.ndjson').length, 1);
  assert.is(JSON.parse(lines('about.json').join('\n')).window.from, new Date(AT + 600_000).toISOString());
  for (const name of ['about.json', 'settings.json', 'configuration-keys.json', 'queue.json'])
    assert.not.match(readFileSync(join(directory, name), 'utf8'), /hush/);
  rmSync(directory, { recursive: true });
});

test('secrets are blanked wherever they stand; paths to them stay', () => {
  assert.equal(withoutSecrets({ a: [{ password: 'x', passwordFile: '/etc/p', Token: 'y' }], b: null, c: 3 }), {
    a: [{ password: '***', passwordFile: '/etc/p', Token: '***' }],
    b: null,
    c: 3,
  });
  assert.is(withoutUrlSecrets('from ftp://a:b@host:21/x?sig=1 to'), 'from ftp://***@host:21/x?*** to');
  assert.is(withoutUrlSecrets('ws://10.0.0.1:8180/ocpp'), 'ws://10.0.0.1:8180/ocpp');
});

test('the security log is one compressed file, a JSON object on each line, of the window only', async () => {
  const line = (minute: number) => ({
    timestamp: event(minute).at,
    type: 'StartupOfTheDevice',
    techInfo: null,
    critical: true,
  });
  const within = securityLogWithin([0, 10, 20].map(line), { fromMs: AT + 60_000, toMs: null });
  assert.is(within.length, 2);
  const { body } = await makeSecurityLog(within, 'x.gz');
  assert.equal(
    gunzipSync(body)
      .toString()
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text).timestamp),
    [event(10).at, event(20).at],
  );
});

test.run();
