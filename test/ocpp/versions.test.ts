import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { JsonSchema, Protocol } from '@tapwatt/ocpp/protocol/protocol.js';
import { V16 } from '@tapwatt/ocpp/protocol/v16.js';
import { serialise } from '@tapwatt/ocpp/schema/serialise.js';
import { validatorOf } from '@tapwatt/ocpp/schema/validation.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const require = createRequire(import.meta.url);

test('another version is another Protocol: 2.0.1 from the schemas that ship, without other changes', () => {
  const V201: Protocol = {
    ...V16,
    version: '2.0.1',
    subprotocol: 'ocpp2.0.1',
    actions: ['Authorize', 'TransactionEvent'],
    sentBy: () => ['charge-point'],
    schemas: () => require('ocpp-rpc/lib/schemas/ocpp2_0_1.json') as JsonSchema[],
    rules: { ...V16.rules, missingPropertyCode: 'OccurenceConstraintViolation', unreadableId: '-1' },
  };
  const validator = validatorOf(V201);
  assert.equal(validator.check('Authorize', 'request', 'sent', { idToken: { idToken: 'A', type: 'ISO14443' } }), []);
  const [violation] = validator.check('Authorize', 'request', 'received', { idToken: { idToken: 'A' } });
  assert.equal([violation?.path, violation?.errorCode], ['/idToken/type', 'OccurenceConstraintViolation']);
  assert.is(
    serialise({ idToken: { type: 'ISO14443', idToken: 'A' } }, validator.schema('Authorize', 'request')),
    '{"idToken":{"idToken":"A","type":"ISO14443"}}',
  );
  // 1.6 has an Authorize too; the two do not mix.
  assert.equal(validatorOf(V16).check('Authorize', 'request', 'sent', { idTag: 'A' }), []);
});

test('loading this package does not load the schemas of other versions, and leaves ocpp-rpc whole', () => {
  const script = `
    import { createRequire } from 'node:module';
    await import(${JSON.stringify(import.meta.resolve('@tapwatt/ocpp'))});
    const require = createRequire(${JSON.stringify(import.meta.url)});
    const loaded = Object.keys(require.cache).filter((path) => path.endsWith('.json')).map((path) => path.split(/[\\\\/]/).pop());
    console.log(JSON.stringify({ loaded, validators: require('ocpp-rpc/lib/standard-validators.js').length }));`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    encoding: 'utf8',
  });
  const { loaded, validators } = JSON.parse(output) as { loaded: string[]; validators: number };
  assert.equal(
    loaded.filter((name) => name.startsWith('ocpp')),
    [],
  );
  assert.is(validators, 3);
});

test.run();
