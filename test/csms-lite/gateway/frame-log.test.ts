import { createFramePairing } from 'csms-lite/gateway/frame-log.js';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('frame log');

test('answers are paired with their CALLs per direction, also when both ends use one id', () => {
  const pair = createFramePairing('CP1');
  pair({ direction: 'in', text: '[2,"1","Heartbeat",{}]', atMs: 10 });
  pair({ direction: 'out', text: '[2,"1","Reset",{"type":"Soft"}]', atMs: 11 });
  const ours = pair({ direction: 'out', text: '[3,"1",{"currentTime":"x"}]', atMs: 15 });
  assert.equal([ours.kind, ours.action, ours.latencyMs], ['CALLRESULT', 'Heartbeat', 5]);
  const theirs = pair({ direction: 'in', text: '[4,"1","InternalError","",{}]', atMs: 31 });
  assert.equal([theirs.kind, theirs.action, theirs.latencyMs], ['CALLERROR', 'Reset', 20]);
});

test('white space, escapes and numeric ids are read; what is no frame is INVALID; a stray answer has no action', () => {
  const pair = createFramePairing('CP1');
  const call = pair({ direction: 'in', text: ' [ 2 , "a\\"b" , "Heartbeat" , {} ]', atMs: 1 });
  assert.equal([call.kind, call.messageId, call.action], ['CALL', 'a"b', 'Heartbeat']);
  const escaped = pair({ direction: 'in', text: '[2,"a\\"b","StatusNotification",{}]', atMs: 1 });
  assert.equal([escaped.messageId, escaped.action], ['a"b', 'StatusNotification']);
  assert.is(pair({ direction: 'in', text: '[2,7,"Heartbeat",{}]', atMs: 1 }).messageId, '7');
  for (const text of ['', 'hello', '{"a":1}', '[5,"1"]', '[2,"x"]', '[3,"'])
    assert.is(pair({ direction: 'in', text, atMs: 1 }).kind, 'INVALID', text);
  assert.equal(pair({ direction: 'in', text: '[3,"zzz",{}]', atMs: 1 }).action, null);
});

test('several CALLs before their answers, answered in any order; what is never answered is forgotten in the end', () => {
  const pair = createFramePairing('CP1');
  for (const id of ['a', 'b', 'c']) pair({ direction: 'in', text: `[2,"${id}","Heartbeat",{}]`, atMs: 1 });
  for (const id of ['b', 'c', 'a'])
    assert.is(pair({ direction: 'out', text: `[3,"${id}",{}]`, atMs: 4 }).latencyMs, 3, id);
  for (let n = 0; n < 500; n += 1) pair({ direction: 'in', text: `[2,"${n}","Heartbeat",{}]`, atMs: 1 });
  assert.is(pair({ direction: 'out', text: '[3,"0",{}]', atMs: 4 }).action, null);
  assert.is(pair({ direction: 'out', text: '[3,"499",{}]', atMs: 4 }).action, 'Heartbeat');
  assert.is(pair({ direction: 'out', text: '[3,"400",{}]', atMs: 4 }).action, 'Heartbeat');
  assert.is(pair({ direction: 'out', text: '[3,"400",{}]', atMs: 4 }).action, null, 'once');
});

test('the AuthorizationKey is masked', () => {
  const text = '[2,"1","ChangeConfiguration",{"key":"AuthorizationKey","value":"se\\"cret"}]';
  const shown = createFramePairing('CP1')({ direction: 'out', text, atMs: 1 }).text;
  assert.is(shown, '[2,"1","ChangeConfiguration",{"key":"AuthorizationKey","value":"***"}]');
});

test.run();
