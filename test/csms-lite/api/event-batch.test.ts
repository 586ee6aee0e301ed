import { createEventBatch } from 'csms-lite/api/event-batch.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

test('a batch: in order; of what replaces itself the newest, at its own place; empty afterwards', () => {
  const batch = createEventBatch();
  let made = 0;
  const frame = (text: string) => () => {
    made += 1;
    return text;
  };
  batch.add(frame('m1;'), 'metered 1');
  batch.add(frame('m2;'), 'metered 2');
  batch.add(frame('stopped 2;'));
  batch.add(frame('m1 again;'), 'metered 1');
  assert.is(batch.size, 4);
  assert.is(batch.take().toString(), 'm2;stopped 2;m1 again;');
  assert.is(made, 3, 'what is replaced is never made');
  assert.is(batch.size, 0);
  batch.add(frame('m1 once more;'), 'metered 1');
  assert.is(batch.take().toString(), 'm1 once more;');
  assert.is(batch.take().length, 0);
});

test.run();
