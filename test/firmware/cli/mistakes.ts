// What is wrong in a configuration file, what is said of it, and what to type: the table, and how it is checked.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { createCertificateAuthority } from '../../support/certificate-authority.js';
import { tapwatt } from './tapwattProcess.js';

const authority = createCertificateAuthority('Right Root');
const folder = mkdtempSync(join(tmpdir(), 'tapwatt-mistakes-'));
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const empty = file('empty', '\n');
const nonsense = file('nonsense.pem', 'not a certificate\n');
const password = file('password', 'a password\n');
export function disposeMistakes(): void {
  authority.dispose();
  rmSync(folder, { recursive: true, force: true });
}

const RIGHT = `csms:
  url: ws://127.0.0.1:9/ocpp
  chargePointId: CP-1
reader: { kind: simulated }
can: { kind: simulated }
gpio: { backend: simulated }
connectors:
  - id: 1
stateDirectory: state
controlSocket: control.sock
`;

export interface Refused {
  what: string;
  /** Replaces text of the right configuration; or the whole of it. */
  edit: readonly [string, string] | ((yaml: string) => string);
  args?: readonly string[];
  env?: NodeJS.ProcessEnv;
  /** `line:column`, or where else it was said. */
  at: string | RegExp;
  says: RegExp;
  fix: RegExp;
}

const security = (text: string, url = 'ws'): readonly [string, string] => [
  '  url: ws://127.0.0.1:9/ocpp\n  chargePointId: CP-1\n',
  `  url: ${url}://127.0.0.1:9/ocpp\n  chargePointId: CP-1\n  security:\n${text
    .split('\n')
    .map((line) => `    ${line}\n`)
    .join('')}`,
];
const client = authority.issueClient('/CN=CP-1');
const another = authority.issueClient('/CN=CP-2');

/** What the text itself is: keys, types, YAML, environment, flags. */
export const TEXT_MISTAKES: readonly Refused[] = [
  {
    what: 'unknown key',
    edit: ['  url:', '  ulr: x\n  url:'],
    at: '2:3',
    says: /csms\.ulr: unknown key/,
    fix: /did you mean "url"/,
  },
  {
    what: 'unknown section',
    edit: ['reader:', 'raeder: {}\nreader:'],
    at: '4:1',
    says: /unknown key/,
    fix: /did you mean "reader"/,
  },
  {
    what: 'wrong type',
    edit: ['  - id: 1', '  - id: one'],
    at: '8:9',
    says: /"one" is not a whole number/,
    fix: /→ ./,
  },
  {
    what: 'number for text',
    edit: ['chargePointId: CP-1', 'chargePointId: 12'],
    at: '3:18',
    says: /12 is not text/,
    fix: /quotes: "12"/,
  },
  {
    what: 'value that is none of the choices',
    edit: ['reader: { kind: simulated }', 'reader: { kind: pn5332 }'],
    at: '4:17',
    says: /none of/,
    fix: /did you mean "pn532"/,
  },
  {
    what: 'number out of range',
    edit: ['  - id: 1', '  - id: 1\n    maximumCurrentA: 5000'],
    at: '9:22',
    says: /too large/,
    fix: /→ ./,
  },
  {
    what: 'missing value',
    edit: ['  chargePointId: CP-1\n', ''],
    at: '1:1',
    says: /"chargePointId" is missing/,
    fix: /add "chargePointId:"/,
  },
  { what: 'no YAML: tab', edit: ['  url:', '\turl:'], at: /2:\d+/, says: /not YAML/, fix: /spaces/ },
  {
    what: 'no YAML: a key twice',
    edit: ['reader:', 'csms: {}\nreader:'],
    at: /4:\d+/,
    says: /not YAML/,
    fix: /delete one/,
  },
  { what: 'text instead of sections', edit: () => 'hello\n', at: '1:1', says: /holds no keys/, fix: /csms:/ },
  {
    what: 'address of the wrong kind',
    edit: ['ws://127', 'http://127'],
    at: '2:8',
    says: /not the right form/,
    fix: /ws:\/\//,
  },
  {
    what: 'unknown environment variable',
    edit: ['CP-1', 'CP-1'],
    env: { TAPWATT_CSMS__ULR: 'x' },
    at: /environment TAPWATT_CSMS__ULR/,
    says: /names "ULR"/,
    fix: /TAPWATT_CSMS__URL/,
  },
  {
    what: '--set without a value',
    edit: ['CP-1', 'CP-1'],
    args: ['--set', 'csms.url'],
    at: /--set csms\.url/,
    says: /has no "="/,
    fix: /section\.key=value/,
  },
  {
    what: '--set with a wrong value',
    edit: ['CP-1', 'CP-1'],
    args: ['--set', 'connectors[0].phases=2'],
    at: /--set connectors\[0\]\.phases=2/,
    says: /2 is none of 1, 3/,
    fix: /→ ./,
  },
];

/** What values mean together, and files that they name. */
export const VALUE_MISTAKES: readonly Refused[] = [
  {
    what: 'TLS profile without TLS',
    edit: security(`profile: 2\npasswordFile: ${password}`),
    at: '2:8',
    says: /needs TLS/,
    fix: /wss:\/\//,
  },
  {
    what: 'no password file named',
    edit: security('profile: 1'),
    at: /\d+:\d+/,
    says: /needs a password/,
    fix: /passwordFile:/,
  },
  {
    what: 'missing password file',
    edit: security('profile: 1\npasswordFile: /nowhere/password'),
    at: '6:19',
    says: /\/nowhere\/password: there is no such file/,
    fix: /correct the path/,
  },
  {
    what: 'empty password file',
    edit: security(`profile: 1\npasswordFile: ${empty}`),
    at: '6:19',
    says: /first line is empty/,
    fix: /write the password/,
  },
  {
    what: 'missing certificate',
    edit: security(`profile: 2\npasswordFile: ${password}\nrootCertificateFile: /nowhere/ca.pem`, 'wss'),
    at: '7:26',
    says: /no such file/,
    fix: /correct the path/,
  },
  {
    what: 'a certificate that is none',
    edit: security(`profile: 2\npasswordFile: ${password}\nrootCertificateFile: ${nonsense}`, 'wss'),
    at: '7:26',
    says: /is no certificate/,
    fix: /PEM/,
  },
  {
    what: 'a key that is none',
    edit: security(`profile: 3\nclientCertificateFile: ${client.certFile}\nclientKeyFile: ${nonsense}`, 'wss'),
    at: '7:20',
    says: /is no private key/,
    fix: /openssl pkey/,
  },
  {
    what: 'the key of another certificate',
    edit: security(`profile: 3\nclientCertificateFile: ${client.certFile}\nclientKeyFile: ${another.keyFile}`, 'wss'),
    at: '7:20',
    says: /is not the key of/,
    fix: /key that the certificate was made with/,
  },
  {
    what: 'profile 3 without a key',
    edit: security(`profile: 3\nclientCertificateFile: ${client.certFile}`, 'wss'),
    at: /5:\d+/,
    says: /needs clientKeyFile/,
    fix: /clientKeyFile:/,
  },
  {
    what: 'two connectors on one pin',
    edit: [
      `gpio: { backend: simulated }\nconnectors:\n  - id: 1\n`,
      `gpio: { backend: auto }\nconnectors:\n  - { id: 1, relayPin: 17, hasPlugSensor: false }\n  - { id: 2, relayPin: 17, canIdOffset: 2, hasPlugSensor: false }\n`,
    ],
    at: '9:24',
    says: /GPIO 17 is already relayPin of connector 1/,
    fix: /free pin/,
  },
  {
    what: 'a pin of the I2C bus',
    edit: (yaml) =>
      yaml
        .replace('{ kind: simulated }', '{ kind: pn532 }')
        .replace('backend: simulated', 'backend: auto')
        .replace('- id: 1', '- { id: 1, relayPin: 2, hasPlugSensor: false }'),
    at: '8:24',
    says: /GPIO 2 carries the I2C bus/,
    fix: /free pin/,
  },
  {
    what: 'a plug sensor without its pin',
    edit: (yaml) =>
      yaml.replace('backend: simulated', 'backend: auto').replace('- id: 1', '- { id: 1, hasPlugSensor: true }'),
    at: /8:\d+/,
    says: /no plugPin/,
    fix: /plugPin:/,
  },
  {
    what: 'two connectors of one number',
    edit: ['  - id: 1\n', '  - id: 1\n  - { id: 1, canIdOffset: 2 }\n'],
    at: '9:11',
    says: /connector 1 is there twice/,
    fix: /2 is free/,
  },
  {
    what: 'two modules on one CAN id',
    edit: ['  - id: 1\n', '  - id: 1\n  - { id: 2 }\n'],
    at: /9:\d+/,
    says: /CAN id 0x200 is already used by connector 1/,
    fix: /another offset/,
  },
  {
    what: 'a file where the state directory should be',
    edit: ['stateDirectory: state', `stateDirectory: ${password}/state`],
    at: '9:17',
    says: /is a file and no folder/,
    fix: /name a folder/,
  },
  {
    what: 'a socket path that is too long',
    edit: ['control.sock', `${'x'.repeat(120)}/control.sock`],
    at: '10:16',
    says: /a unix socket may have/,
    fix: /shorter/,
  },
];

/** Runs the real process with the mistake. */
export async function checkRefused({ edit, args = [], env = {}, at, says, fix }: Refused): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'tapwatt-mistake-'));
  try {
    const config = join(directory, 'config.yaml');
    writeFileSync(config, typeof edit === 'function' ? edit(RIGHT) : RIGHT.replace(edit[0], edit[1]));
    const { status, stderr } = await tapwatt(['run', '--config', config, ...args], env);
    assert.is(status, 78, stderr);
    const mistakes = stderr.split('\n').filter((line) => /^(✗ )?(\/|environment|--set)/.test(line));
    assert.is(mistakes.length, 1, stderr);
    const [mistake = ''] = mistakes;
    if (typeof at === 'string') assert.ok(mistake.includes(`${config}:${at}: `), `${mistake} is not at ${at}`);
    else assert.match(mistake, at);
    assert.match(mistake, says);
    const [, advice = ''] = stderr.split('\n');
    assert.match(advice, /^ +→ /);
    assert.match(advice, fix);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
