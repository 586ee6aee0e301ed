import { journaldLine, ownLine, renderLogLine } from 'tapwatt/cli/logs/line.js';
import { createStyle } from 'tapwatt/cli/style.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import { install, run, untilUp } from './tapwattProcess.js';

const style = createStyle(false, {});
/** A port that nobody listens on. */
const NOBODY = 'ws://127.0.0.1:9/ocpp';

test('a line of journald: time, level, words, data; lines of others as they are', () => {
  const at = Date.UTC(2026, 4, 1, 12, 30, 1, 123);
  const entry = (fields: object): string => JSON.stringify({ __REALTIME_TIMESTAMP: String(at * 1000), ...fields });
  const ours = journaldLine(entry({ PRIORITY: '4', MESSAGE: '{"level":40,"msg":"The link broke","code":1006}' }));
  assert.equal(ours, {
    at: '2026-05-01T12:30:01.123Z',
    level: 'warn',
    message: 'The link broke',
    data: { code: 1006 },
  });
  const systemd = journaldLine(entry({ PRIORITY: '3', MESSAGE: 'Failed to start' }));
  assert.equal(systemd, { at: '2026-05-01T12:30:01.123Z', level: 'error', message: 'Failed to start', data: {} });
  const bytes = journaldLine(entry({ MESSAGE: [...Buffer.from('binär')] }));
  assert.is(bytes?.message, 'binär');
  assert.is(journaldLine('-- No entries --'), null);
  if (ours === null) return;
  assert.is(renderLogLine(ours, style, null), '2026-05-01\n12:30:01.123 warn: The link broke  code=1006');
  assert.is(renderLogLine(ours, style, ours), '12:30:01.123 warn: The link broke  code=1006');
});

test('what the program writes to a terminal is shown the same way', () => {
  const line = ownLine('{"level":30,"time":"2026-05-01T12:30:01.123Z","pid":7,"msg":"Tapwatt starts"}', 0);
  assert.is(renderLogLine(line, style, line), '12:30:01.123 Tapwatt starts  pid=7');
  assert.is(ownLine('{ no JSON', 0).message, '{ no JSON');
});

test('what happens is in the log: a card, and why it was refused', async () => {
  const place = install(NOBODY);
  const point = run(place);
  try {
    await untilUp(point);
    await point.post('/plug-in');
    await point.post('/tap', { idTag: 'A1B2C3D4' });
    await eventually(() => /"event":"Tap"/.test(point.log()), 'the card', 60_000);
    const line = await eventually(
      () =>
        point
          .log()
          .split('\n')
          .find((text) => text.includes('"event":"CardRefused"')),
      `the refusal: ${point.log()}`,
      60_000,
    );
    assert.match((JSON.parse(line) as { msg: string }).msg, /Card A1B2C3D4 was refused: ./);
  } finally {
    await point.end();
    place.remove();
  }
});

test.run();
