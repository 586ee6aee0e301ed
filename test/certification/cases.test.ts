import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { repository } from '../support/programs.js';
import { CASES } from './harness/cases.js';
import { certificationTable } from './harness/outcomes.js';
import { anyOrder, fits, maybe } from './harness/trace.js';

const folder = join(repository, 'test', 'certification');

function idsWithTests(): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.test.ts'))
    .flatMap((name) => [...readFileSync(join(folder, name), 'utf8').matchAll(/Case\(\s*'(TC_\w+)'/g)])
    .flatMap(([, id]) => (id === undefined ? [] : [id]));
}

test('the list has the 107 cases of research/charge-point-peers.md §7, each once', () => {
  assert.is(CASES.length, 107);
  assert.is(new Set(CASES.map(({ id }) => id)).size, 107);
});

test('every listed case has exactly one test, and every test is listed', () => {
  const applicable = CASES.filter(({ notApplicable }) => notApplicable === undefined).map(({ id }) => id);
  assert.equal(idsWithTests().sort(), applicable.sort());
});

test('the table: a case without an outcome is missing when all files ran, and only then', () => {
  const all = CASES.map(({ id }) => ({ id, passed: true, ms: 1, problem: null }));
  assert.equal(certificationTable(all, true).missing, []);
  const { text, missing, repeated } = certificationTable([...all.slice(1), ...all.slice(1, 2)], true);
  assert.equal(missing, ['TC_001']);
  assert.equal(repeated, ['TC_002']);
  assert.match(text, /NO TEST REPORTED/);
  assert.equal(certificationTable([], false).missing, []);
});

test('a conversation is compared with order, alternatives and silence', () => {
  assert.ok(fits([], []));
  assert.not(fits(['A'], []));
  assert.ok(fits(['A', 'C', 'B'], ['A', anyOrder('B', 'C')]));
  assert.not(fits(['C', 'A', 'B'], ['A', anyOrder('B', 'C')]));
  assert.not(fits(['A', 'B', 'C', 'C'], ['A', anyOrder('B', 'C')]));
  assert.ok(fits(['A'], ['A', maybe('B')]));
  assert.ok(fits(['A', 'B'], ['A', maybe('B')]));
  assert.not(fits(['A', 'B', 'B'], ['A', maybe('B')]));
});

test.run();
