import type { ConnectionReport } from '@tapwatt/ocpp';
import { createReportLog } from 'tapwatt/station/reportLog.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

function bench() {
  const lines: { level: string; message: string; data: Record<string, unknown> }[] = [];
  let nowMs = 0;
  const report = createReportLog(
    () => nowMs,
    (level, message, data) => lines.push({ level, message, data }),
  );
  const pass = (ms: number): void => {
    nowMs += ms;
  };
  return { lines, report, pass };
}

const garbage = (text: string): ConnectionReport => ({ kind: 'bad-frame', text, reason: 'no array', answered: false });

test('a central system that sends nothing but garbage writes 30 lines a minute, and the next one says what is missing', () => {
  const { lines, report, pass } = bench();
  for (let n = 0; n < 1000; n += 1) report(garbage(`x${n}`));
  assert.is(lines.length, 30);
  pass(60_000);
  report(garbage('y'));
  assert.is(lines.length, 32);
  assert.equal(lines[30]?.data, { missing: 970 });
  assert.is(lines[31]?.data.text, 'y');
});

test('a line is short whatever was sent, and has no secrets', () => {
  const { lines, report } = bench();
  report(garbage('x'.repeat(1_000_000)));
  assert.ok(String(lines[0]?.data.text).length < 600);
  report(garbage('[2,"1","ChangeConfiguration",{"key":"AuthorizationKey","value":"0123456789abcdef"}]'));
  assert.not.match(JSON.stringify(lines[1]), /0123456789abcdef/);
  const violation = { path: '/a', message: 'm', errorCode: 'PropertyConstraintViolation' as const };
  report({
    kind: 'invalid-payload',
    of: 'call',
    messageId: '1',
    action: 'Reset',
    verdict: 'strict',
    violations: Array.from({ length: 1000 }, () => violation),
  });
  assert.equal(lines[2]?.data.violations, Array(5).fill(violation));
});

test('a repeated message id is worth a remark, the rest a warning', () => {
  const { lines, report } = bench();
  report({ kind: 'repeated-id', messageId: '1', action: 'Reset', as: 'replayed' });
  report(garbage('x'));
  assert.equal(
    lines.map(({ level }) => level),
    ['info', 'warn'],
  );
});

test.run();
