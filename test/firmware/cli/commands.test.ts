import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { COMMANDS, GROUPS, groupOf } from 'tapwatt/cli/commands/table.js';
import { commandTree, flatten } from 'tapwatt/cli/tree/model.js';
import { reference } from 'tapwatt/cli/tree/reference.js';
import { wordsFor } from 'tapwatt/cli/tree/words.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { tapwatt } from './tapwattProcess.js';

const docs = fileURLToPath(new URL('../../../../docs/', import.meta.url));

test('the table: each path once, each group described, keys once in a command, summaries without a full stop', () => {
  const paths = COMMANDS.map(({ path }) => path);
  assert.is(new Set(paths).size, paths.length);
  for (const { path, summary, arguments: given = [], options = [] } of COMMANDS) {
    for (let group = groupOf(path); group !== ''; group = groupOf(group)) {
      assert.ok(group in GROUPS, `${group} has no description`);
      assert.not(paths.includes(group), `${group} is a group and a command`);
    }
    assert.not.match(summary, /\.$/, path);
    const keys = [...given, ...options].map(({ key }) => key);
    assert.is(new Set(keys).size, keys.length, path);
  }
});

test('docs/commands.md is what `tapwatt commands` prints', () => {
  assert.is(
    readFileSync(join(docs, 'commands.md'), 'utf8'),
    reference(commandTree()),
    'run: node firmware/bin/tapwatt.js commands >docs/commands.md',
  );
});

test('help and manual page name every command; help of each command has its options', async () => {
  const help = (await tapwatt(['--help'])).stdout;
  const page = (await tapwatt(['man'])).stdout;
  for (const { path, children } of flatten(commandTree())) {
    if (path === '') continue;
    if (!path.includes(' ')) assert.match(help, new RegExp(`^  ${path}\\b`, 'm'));
    if (children.length === 0) assert.ok(page.includes(`.B tapwatt ${path.replaceAll('-', '\\-')}`), path);
  }
  const one = (await tapwatt(['gpio', 'test', '--help'])).stdout;
  assert.match(one, /--active-low/);
  assert.match(one, /also after Ctrl-C/);
});

test('a wrong command line is status 2, also as JSON; numbers are checked', async () => {
  for (const args of [
    ['gpio', 'test', '99'],
    ['gpio', 'test', 'x'],
    ['logs', '-n', 'many'],
    ['can', 'dump', '--count', '0'],
    ['nfc', 'read', '--timeout', '-1'],
    ['simulate', '--connectors', '0'],
    ['session', 'show'],
    ['config'],
    ['no-such-command'],
  ]) {
    const { status, stdout } = await tapwatt([...args, '--json']);
    assert.is(status, 2, args.join(' '));
    const { error } = JSON.parse(stdout) as { error: { status: number; message: string } };
    assert.is(error.status, 2);
    assert.ok(error.message.length > 5, args.join(' '));
  }
});

test('configuration keys and OCPP keys are offered by shells', () => {
  assert.ok(wordsFor('config-key')?.includes('connectors[0].relayPin'));
  assert.ok(wordsFor('config-key')?.includes('csms.security.profile'));
  assert.ok(wordsFor('ocpp-key')?.includes('HeartbeatInterval'));
  assert.is(wordsFor('file'), null);
});

test.run();
