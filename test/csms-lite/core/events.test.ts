import { createEventStream, type StreamedEvent } from 'csms-lite/core/events.js';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('event stream');
const event = { type: 'tag.removed', idTag: 'T' } as const;

test('ids grow; a subscriber gets what comes after it', () => {
  const stream = createEventStream({ firstId: 100 });
  stream.publish(event);
  const seen: number[] = [];
  const { unsubscribe, complete } = stream.subscribe((one) => seen.push(one.id));
  stream.publish(event);
  unsubscribe();
  stream.publish(event);
  assert.equal([seen, complete, stream.lastId], [[102], true, 103]);
});

test('Last-Event-ID: what was missed comes first, then what is new', () => {
  const stream = createEventStream({ firstId: 0 });
  for (let n = 0; n < 5; n += 1) stream.publish(event);
  const seen: number[] = [];
  assert.ok(stream.subscribe((one) => seen.push(one.id), 3).complete);
  stream.publish(event);
  assert.equal(seen, [4, 5, 6]);
});

test('ids that are no longer kept, of an earlier process, or from the future cannot be resumed', () => {
  const stream = createEventStream({ firstId: 1000, capacity: 3 });
  for (let n = 0; n < 5; n += 1) stream.publish(event);
  const resume = (id: number): boolean => stream.subscribe(() => {}, id).complete;
  assert.equal([resume(1001), resume(1002), resume(1005), resume(17), resume(9999)], [false, true, true, false, false]);
});

test('ids of a later process are larger than those of an earlier one', () => {
  const before = createEventStream({ nowMs: () => 1_700_000_000_000 });
  for (let n = 0; n < 900; n += 1) before.publish(event);
  const after = createEventStream({ nowMs: () => 1_700_000_000_001 });
  assert.ok(after.publish(event).id > before.lastId);
});

test('a listener that throws is taken off and told of; the others go on', () => {
  const errors: unknown[] = [];
  const stream = createEventStream({ onListenerError: (error) => errors.push(error) });
  const seen: StreamedEvent[] = [];
  stream.subscribe(() => {
    throw new Error('no');
  });
  stream.subscribe((one) => seen.push(one));
  stream.publish(event);
  stream.publish(event);
  assert.equal([errors.length, seen.length], [1, 2]);
});

test.run();
