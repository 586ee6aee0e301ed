// What the documentation for technicians says to type exists: commands, options, keys, files, headings.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { COMMANDS, groupOf } from 'tapwatt/cli/commands/table.js';
import { commandTree, flatten } from 'tapwatt/cli/tree/model.js';
import { wordsFor } from 'tapwatt/cli/tree/words.js';
import { parseAssignment } from 'tapwatt/config/edit.js';
import { CONFIGURATION_KEYS } from 'tapwatt/ocpp/v16/keys.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const docs = join(root, 'docs');
/** All that is written for technicians, with what doctor says. */
const FILES = [
  ...readdirSync(docs)
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(docs, name)),
  join(root, 'README.md'),
  ...readdirSync(join(root, 'firmware/cli/doctor/checks')).map((name) =>
    join(root, 'firmware/cli/doctor/checks', name),
  ),
];
const nodes = new Map(flatten(commandTree()).map((node) => [node.path, node]));
const program = nodes.get('');

interface Typed {
  file: string;
  line: string;
  words: string[];
}

/** Every `tapwatt …` in code of the documents: indented, in backticks, or in the sentences of doctor. */
function typedCommands(): Typed[] {
  return FILES.flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((line): Typed[] => {
        const code = file.endsWith('.ts')
          ? [line]
          : /^ {4}\S/.test(line)
            ? [line.replace(/ {2,}#.*$/, '')]
            : [...line.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);
        return code
          .flatMap((text) => text.split(/&&|;|\|/))
          .flatMap((text) => {
            const match = (
              file.endsWith('.ts')
                ? /(?:['"`(:]|\bor:? |\bwith:? ) ?(?:sudo )?tapwatt ([a-z-]+(?: [^'"`)]*)?)/
                : /^\s*(?:sudo |npx )?tapwatt ([a-z-]+(?: .*)?)/
            ).exec(text);
            return match?.[1] === undefined ? [] : [{ file, line: line.trim(), words: match[1].trim().split(/\s+/) }];
          });
      }),
  );
}

const typed = typedCommands().filter(({ words: [first = ''] }) => first !== 'help');

test('the documents name commands at all', () => {
  assert.ok(typed.length > 60, `${typed.length}`);
});

test('each command that is named exists, with its options', () => {
  for (const { file, line, words } of typed) {
    const where = `${file}: ${line}`;
    let path = '';
    let rest = [...words];
    for (const word of words) {
      const next = `${path} ${word}`.trim();
      if (!nodes.has(next)) break;
      path = next;
      rest = rest.slice(1);
    }
    // In sentences "tapwatt package", "tapwatt says" is no command.
    if (path === '' && file.endsWith('.ts')) continue;
    if (path === '' && /^(COMMAND|--)/.test(words[0] ?? '')) continue;
    const node = nodes.get(path);
    assert.ok(node !== undefined && path !== '', `${where}: there is no command ${words[0]}`);
    if (node === undefined) continue;
    if (node.children.length > 0)
      assert.ok(rest[0] === undefined || rest[0] === '…', `${where}: ${path} has no ${rest[0]}`);
    const options = [...node.options, ...(program?.options ?? [])].flatMap(({ long, short }) => [long, short]);
    for (const word of rest.filter((text) => /^--?[a-z]/.test(text)))
      assert.ok(options.includes(word.split('=')[0] ?? ''), `${where}: ${path} has no ${word}`);
    const needed = node.arguments.filter(({ syntax }) => syntax.startsWith('<')).length;
    const given = rest.filter((text) => !text.startsWith('-')).length;
    assert.ok(
      given >= needed || file.endsWith('.ts') || /`tapwatt [a-z -]+`/.test(line),
      `${where}: ${path} needs more`,
    );
  }
});

test('configuration keys and OCPP keys that are set in documents exist and are spelt right', () => {
  const configKeys = wordsFor('config-key') ?? [];
  const ocppKeys = CONFIGURATION_KEYS.map(({ name }) => name);
  let seen = 0;
  for (const { file, line, words } of typed) {
    const command = words.slice(0, 3).join(' ');
    const [, , key = ''] = words;
    if (/^config (set|get|unset) [a-zA-Z]/.test(command) && key !== 'KEY' && !key.startsWith('<')) {
      assert.ok(
        configKeys.includes(key) || configKeys.some((name) => name.startsWith(`${key}.`)),
        `${file}: ${line}: no key ${key}`,
      );
      seen += 1;
    }
    const [, , , ocppKey = ''] = words;
    if (/^ocpp key (set|get)$/.test(command) && !ocppKey.startsWith('<'))
      assert.ok(ocppKeys.includes(ocppKey), `${file}: ${line}`);
    for (const [index, word] of words.entries()) {
      if (word !== '--set') continue;
      const [path = '', value = ''] = (words[index + 1] ?? '').split('=');
      assert.not.throws(() => parseAssignment(path, value), `${file}: ${line}`);
    }
  }
  assert.ok(seen > 5);
});

test('links between documents lead somewhere, also to headings', () => {
  for (const file of FILES.filter((name) => name.endsWith('.md'))) {
    for (const [, target = ''] of readFileSync(file, 'utf8').matchAll(/\]\(([^)]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      const [path = '', anchor] = target.split('#');
      const aimed = path === '' ? file : join(file, '..', path);
      assert.ok(existsSync(aimed), `${file}: ${target}`);
      if (anchor === undefined) continue;
      const text = readFileSync(aimed, 'utf8');
      const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, words = '']) =>
        words
          .toLowerCase()
          .replaceAll(/[^a-z0-9 -]/g, '')
          .replaceAll(' ', '-'),
      );
      assert.ok(text.includes(`<a id="${anchor}">`) || headings.includes(anchor), `${file}: ${target}`);
    }
  }
});

test('files that the documents name are those that packages install', () => {
  const layout = JSON.parse(readFileSync(join(root, 'systemd/layout.json'), 'utf8')) as { files: { to: string }[] };
  const installed = layout.files.map(({ to }) => to);
  for (const file of FILES) {
    for (const [path] of readFileSync(file, 'utf8').matchAll(/\/usr\/(share|lib)\/tapwatt\/[a-z./-]+[a-z]/g)) {
      // These two are made by the packaging itself.
      if (path.startsWith('/usr/lib/tapwatt/node-abi')) continue;
      assert.ok(
        installed.some((to) => to === path || to.startsWith(`${path}/`)),
        `${file} names ${path}`,
      );
    }
  }
});

test('every command of the table is in a group or stands alone, and docs name the groups', () => {
  const text = FILES.map((file) => readFileSync(file, 'utf8')).join('\n');
  for (const group of new Set(COMMANDS.map(({ path }) => groupOf(path)).filter((path) => path !== '')))
    assert.ok(text.includes(`tapwatt ${group} `), group);
});

test.run();
