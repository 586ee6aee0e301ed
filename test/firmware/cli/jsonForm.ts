import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandSpec, Section } from 'tapwatt/cli/commands/spec.js';
import { COMMANDS } from 'tapwatt/cli/commands/table.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { tapwatt } from './tapwattProcess.js';

/** Something to type for each argument: what it is does not matter, nothing is reached. */
const WORDS: Record<string, string> = { pin: '17', frame: '201#', shell: 'bash', mode: 'silent' };
/** They would wait for a person, or touch this machine. */
const NOT_RUN = ['service start', 'service stop', 'service restart', 'service install', 'service uninstall'];

/** A test for each command of these sections: --json gives JSON and nothing else, or is refused. */
export function testJsonForm(...sections: readonly Section[]): void {
  for (const spec of COMMANDS.filter(({ path, section }) => sections.includes(section) && !NOT_RUN.includes(path))) {
    const outcome = spec.json ? 'standard output is JSON and nothing else' : 'refused with 2';
    test(`tapwatt ${spec.path} --json: ${outcome}`, () => checkJsonForm(spec));
  }
}

async function checkJsonForm(spec: CommandSpec): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'tapwatt-json-'));
  try {
    const given = (spec.arguments ?? [])
      .filter(({ syntax }) => syntax.startsWith('<'))
      .map(({ key }) => WORDS[key] ?? 'nothing');
    // Nobody answers and there is no configuration: what is left is the answer of a command that fails.
    const { status, stdout } = await tapwatt([...spec.path.split(' '), ...given, '--json'], {
      TAPWATT_SOCKET: join(directory, 'none.sock'),
      TAPWATT_CONFIG: join(directory, 'none.yaml'),
      XDG_STATE_HOME: directory,
    });
    const lines = stdout.trim();
    const values: unknown[] = [];
    try {
      values.push(JSON.parse(lines));
    } catch {
      // One value a line.
      for (const line of lines.split('\n').filter((text) => text !== '')) values.push(JSON.parse(line));
    }
    if (!spec.json) {
      assert.is(status, 2);
      const [first] = values as { error?: { message: string } }[];
      assert.match(first?.error?.message ?? '', /no JSON form/);
    } else if (status !== 0 && values.length > 0 && spec.path !== 'doctor') {
      const [first] = values as { error?: { status: number } }[];
      assert.is(first?.error?.status, status, stdout);
    }
    assert.ok([0, 1, 2, 69, 77, 78].includes(status ?? -1), `status ${status}`);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
