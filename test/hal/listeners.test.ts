import { createListeners } from '@tapwatt/hal/support/listeners.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

test('listeners hear in order, each registration once, until it is taken back', () => {
  const listeners = createListeners<number>();
  const heard: string[] = [];
  const a = (value: number): void => void heard.push(`a${value}`);
  const first = listeners.add(a);
  listeners.add(a);
  listeners.emit(1);
  first();
  first();
  listeners.emit(2);
  assert.equal(heard, ['a1', 'a1', 'a2']);
});

test('one that is taken back while others are told hears nothing more', () => {
  const listeners = createListeners<number>();
  const heard: string[] = [];
  const remove: (() => void)[] = [];
  listeners.add(() => {
    for (const take of remove) take();
  });
  remove.push(listeners.add(() => heard.push('late')));
  listeners.emit(1);
  assert.equal(heard, []);
});

test('one that is added while others are told hears the next', () => {
  const listeners = createListeners<number>();
  const heard: number[] = [];
  const stop = listeners.add(() => {
    stop();
    listeners.add((value) => heard.push(value));
  });
  listeners.emit(1);
  listeners.emit(2);
  assert.equal(heard, [2]);
});

test.run();
