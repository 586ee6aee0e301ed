import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { completionScript } from 'tapwatt/cli/tree/completion.js';
import { commandTree } from 'tapwatt/cli/tree/model.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

/** What must be offered, and what must not. The last word is the one that is being typed. */
const CASES: { typed: string[]; offered: string[]; not?: string[] }[] = [
  { typed: ['doct'], offered: ['doctor'], not: ['run'] },
  { typed: ['config', ''], offered: ['validate', 'set', 'edit'], not: ['doctor'] },
  { typed: ['ocpp', 'key', 'g'], offered: ['get'], not: ['set'] },
  { typed: ['ocpp', 'key', 'get', 'Heart'], offered: ['HeartbeatInterval'] },
  { typed: ['config', 'set', 'csms.u'], offered: ['csms.url'], not: ['csms.chargePointId'] },
  { typed: ['config', 'get', 'connectors[0].relayP'], offered: ['connectors[0].relayPin'] },
  { typed: ['--socket', 'x', 'power-module', 's'], offered: ['silent', 'stuck-on'], not: ['normal'] },
  { typed: ['doctor', '--f'], offered: ['--fix'], not: ['--strict'] },
  { typed: ['completion', 'z'], offered: ['zsh'], not: ['bash'] },
  { typed: ['run', '--set', 'log.l'], offered: ['log.level'] },
];

function inFolder(body: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'tapwatt-completion-'));
  try {
    body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function check(shell: string, complete: (typed: readonly string[]) => string): void {
  for (const { typed, offered, not = [] } of CASES) {
    const words = complete(typed).split(/\s+/);
    for (const word of offered) assert.ok(words.includes(word), `${shell}: ${typed.join(' ')} → ${words.join(' ')}`);
    for (const word of not) assert.not(words.includes(word), `${shell}: ${typed.join(' ')} offers ${word}`);
  }
}

const has = (shell: string): boolean => spawnSync(shell, ['--version']).status === 0;
const inBash = has('bash') ? test : test.skip;
const inZsh = has('zsh') ? test : test.skip;
const inFish = has('fish') ? test : test.skip;
const single = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

inBash('bash completes commands, options, choices, keys and files', () => {
  const script = completionScript('bash', commandTree());
  const complete = (typed: readonly string[]): string => {
    const words = ['tapwatt', ...typed].map(single).join(' ');
    const code = `${script}\nCOMP_WORDS=(${words}); COMP_CWORD=${typed.length}; _tapwatt; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return spawnSync('bash', ['-c', code], { encoding: 'utf8' }).stdout;
  };
  check('bash', complete);
  inFolder((folder) => {
    writeFileSync(join(folder, 'site.yaml'), '');
    assert.match(complete(['run', '--config', `${folder}/si`]), /site\.yaml/);
  });
});

inZsh('zsh accepts the script and offers the same', () => {
  inFolder((folder) => {
    writeFileSync(join(folder, '_tapwatt'), completionScript('zsh', commandTree()));
    check('zsh', (typed) => {
      // Completion runs only in an interactive zsh: one on a pseudo-terminal of its own gets TAB typed.
      const line = ['tapwatt', ...typed].join(' ').replaceAll('[', '\\[').replaceAll(']', '\\]');
      const code = `zmodload zsh/zpty
zpty -b z zsh -f -i
zpty -w z ${single(`PS1='ready>'; fpath=(${folder} $fpath); autoload -U compinit; compinit -u -D; zstyle ':completion:*' list-colors ''; LISTMAX=1000; setopt no_beep; unsetopt list_ambiguous; setopt list_rows_first; bindkey '^X' list-choices; bindkey '^I' list-choices; print loa''ded`)}
zpty -r z out '*loaded*ready>' 
zpty -w -n z ${single(line)}$'\\t'
zpty -w -n z $'\\x15print en'$'d\\n'
zpty -r z out '*'$'\\n''end*' 
print -r -- "$out"
zpty -d z`;
      const { stdout } = spawnSync('zsh', ['-f', '-c', code], {
        encoding: 'utf8',
        timeout: 60_000,
        env: { ...process.env, TERM: 'dumb', COLUMNS: '200' },
      });
      // Without the terminal's own commands.
      return stdout.replaceAll(new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]*[A-Za-z]`, 'g'), ' ');
    });
  });
});

inFish('fish accepts the script and offers the same', () => {
  inFolder((folder) => {
    const file = join(folder, 'tapwatt.fish');
    writeFileSync(file, completionScript('fish', commandTree()));
    check('fish', (typed) => {
      const line = ['tapwatt', ...typed].join(' ').replaceAll('[', '\\[').replaceAll(']', '\\]');
      const code = `source ${file}; complete --do-complete ${single(line)}`;
      const { stdout } = spawnSync('fish', ['--no-config', '-c', code], { encoding: 'utf8' });
      // word TAB description
      return stdout
        .split('\n')
        .map((text) => text.split('\t')[0])
        .join('\n');
    });
  });
});

test.run();
