import { readFileSync } from 'node:fs';
import { withTables } from 'tapwatt/ocpp/v16/document.js';
import { CONFIGURATION_KEYS } from 'tapwatt/ocpp/v16/keys.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const text = readFileSync(new URL('../../../../firmware/ocpp/README.md', import.meta.url), 'utf8');

test('firmware/ocpp/README.md has the messages and keys of the code', () => {
  assert.is(text, withTables(text), '`node scripts/generate-ocpp-readme.mjs` writes it anew');
  for (const { name } of CONFIGURATION_KEYS) assert.ok(text.includes(`\`${name}\``), name);
  assert.ok(text.includes('| UnlockConnector | ← | Core | 5.18 | served |'));
});

test('A text without the markers is refused', () => {
  assert.throws(() => withTables('# nothing'), /<!-- messages -->/);
});

test.run();
