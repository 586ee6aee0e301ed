import { fingerprint, ReplayMemory } from '@tapwatt/ocpp/rpc/replay.js';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('repeated message ids');

test('white space between tokens is no content; white space in a text is', () => {
  const plain = '[2,"1","DataTransfer",{"vendorId":"a b","data":"x\\"y \\\\"}]';
  const spaced = '\n[ 2 ,\t"1","DataTransfer", {\r\n"vendorId" : "a b", "data":"x\\"y \\\\" } ] ';
  assert.is(fingerprint(spaced), fingerprint(plain));
  for (const other of [
    plain.replace('a b', 'ab'),
    plain.replace('y \\\\', 'y\\\\'),
    plain.replace('"1"', '1'),
    plain.replace('[2', '[3'),
    plain.replace('a b', 'b a'),
    `${plain.slice(0, -1)},null]`,
  ])
    assert.is.not(fingerprint(other), fingerprint(plain), other);
});

test('a hundred thousand messages that differ in a digit have as many fingerprints', () => {
  const seen = new Set<number>();
  for (let n = 0; n < 100_000; n += 1) {
    const print = fingerprint(`[2,"${n}","MeterValues",{"connectorId":1,"transactionId":${n * 7919}}]`);
    assert.ok(Number.isSafeInteger(print));
    seen.add(print);
  }
  assert.is(seen.size, 100_000);
});

test('what is being served stays known, also beyond the capacity; an error is forgotten', () => {
  const memory = new ReplayMemory(2);
  memory.begin('a', '["a"]');
  memory.begin('b', '["b"]');
  memory.begin('c', '["c"]');
  assert.equal(memory.begin('a', '["a"]'), { as: 'in-progress' });
  memory.remember('a', 'answer');
  memory.forget('b');
  memory.begin('d', '["d"]');
  assert.equal(memory.begin('a', '["a"]'), { as: 'new' }, 'answered, and the oldest');
  assert.equal(memory.begin('b', '["b"]'), { as: 'new' });
});

test.run();
