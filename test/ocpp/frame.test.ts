import { callFrame, errorFrame, parseFrame, resultFrame } from '@tapwatt/ocpp/rpc/frame.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const kind = (text: string) => parseFrame(text).kind;

test('1.6-J §4.2: the three message types', () => {
  const call = parseFrame('[2, "19223201", "BootNotification", {"a": 1}]');
  assert.is(call.kind, 'call');
  if (call.kind !== 'call') return;
  assert.equal(
    [call.id, call.rawId, call.action, call.payload, call.faults],
    ['19223201', '"19223201"', 'BootNotification', { a: 1 }, []],
  );
  assert.equal(parseFrame('[3,"1",{"status":"Accepted"}]'), {
    kind: 'result',
    id: '1',
    payload: { status: 'Accepted' },
  });
  assert.equal(parseFrame('[4,"1","NotSupported","SendLocalList.req not implemented",{}]'), {
    kind: 'error',
    id: '1',
    errorCode: 'NotSupported',
    description: 'SendLocalList.req not implemented',
    details: {},
  });
});

test('1.6-J §4.2.1: null is a payload like {}', () => {
  const call = parseFrame('[2,"1","Heartbeat",null]');
  assert.ok(call.kind === 'call' && call.faults.length === 0);
  assert.equal(parseFrame('[3,"1",null]'), { kind: 'result', id: '1', payload: {} });
});

test('1.6-J §4.1.4: an id longer than 36 characters is a fault, one of 36 is not', () => {
  for (const [length, faults] of [
    [36, 0],
    [37, 1],
  ] as const) {
    const call = parseFrame(`[2,"${'x'.repeat(length)}","Heartbeat",{}]`);
    assert.ok(call.kind === 'call');
    if (call.kind === 'call') assert.is(call.faults.length, faults);
  }
  assert.is(kind(`[2,"${'x'.repeat(300)}","Heartbeat",{}]`), 'broken-call');
});

test('a numeric id is kept digit by digit', () => {
  const call = parseFrame('[ 2 , 12345678901234567890, "Heartbeat", {}]');
  assert.ok(call.kind === 'call');
  if (call.kind !== 'call') return;
  assert.is(call.rawId, '12345678901234567890');
  assert.equal(call.faults, ['the message id must be a string']);
});

test('wrong wrappers with a readable id are broken CALLs', () => {
  for (const text of [
    '[2,"1"]',
    '[2,"1",5,{}]',
    '[2,"1","Heartbeat",[]]',
    '[2,"1","Heartbeat","x"]',
    '[2,"1","Heartbeat",7]',
    '[2,1]',
  ])
    assert.is(kind(text), 'broken-call', text);
});

test('missing payload and surplus elements are faults', () => {
  for (const text of ['[2,"1","Heartbeat"]', '[2,"1","Heartbeat",{},{}]']) {
    const call = parseFrame(text);
    assert.ok(call.kind === 'call' && call.faults.length === 1, text);
  }
});

test('what has no readable id or type cannot be answered', () => {
  for (const text of [
    '',
    'x',
    '{}',
    '"2"',
    'null',
    '[]',
    '[1,"1"]',
    '[5,"1",{}]',
    '["2","1","Heartbeat",{}]',
    '[2]',
    '[2,null,"Heartbeat",{}]',
    '[2,"","Heartbeat",{}]',
    '[2,{},"Heartbeat",{}]',
  ])
    assert.is(kind(text), 'unreadable', text);
  for (const text of ['[3]', '[4,null,"x"]', '[3,{},{}]']) assert.is(kind(text), 'broken-answer', text);
});

test('a CALLERROR with missing parts is completed', () => {
  assert.equal(parseFrame('[4,"1"]'), {
    kind: 'error',
    id: '1',
    errorCode: 'GenericError',
    description: '',
    details: {},
  });
});

test('nesting that overflows a stack is refused, not thrown', () => {
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
  const parsed = kind(`[2,"1","DataTransfer",{"vendorId":"x","data":${deep}}]`);
  assert.ok(parsed === 'broken-call' || parsed === 'unreadable', parsed);
});

test('frames are written without white space; ids are escaped', () => {
  assert.is(callFrame('a"b', 'Heartbeat', '{}'), '[2,"a\\"b","Heartbeat",{}]');
  assert.is(resultFrame('7', '{"a":1}'), '[3,7,{"a":1}]');
  assert.is(errorFrame('"1"', 'GenericError', 'x'.repeat(300)), `[4,"1","GenericError","${'x'.repeat(255)}",{}]`);
});

test.run();
