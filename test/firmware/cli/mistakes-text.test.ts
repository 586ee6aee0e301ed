// Mistakes in the text of a configuration against the real process: 78, one message with file, line and fix.
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { checkRefused, disposeMistakes, TEXT_MISTAKES } from './mistakes.js';
import { tapwatt } from './tapwattProcess.js';

test.after(disposeMistakes);

for (const mistake of TEXT_MISTAKES) test(`refused with 78: ${mistake.what}`, () => checkRefused(mistake));

test('refused with 78: no such file, and none at all', async () => {
  const named = await tapwatt(['run', '--config', join('/nowhere', 'none.yaml')]);
  assert.is(named.status, 78);
  assert.match(named.stderr, /none\.yaml:1:1: there is no such file/);
  const { status, stderr } = await tapwatt(['run'], { TAPWATT_CONFIG: join('/nowhere', 'nothing.yaml') });
  assert.is(status, 78);
  assert.match(stderr, /nothing\.yaml/);
});

test.run();
