import type { Path } from '../../config/schemaWalk.js';

/** One thing that `tapwatt init` wants to know. */
export interface Question {
  /** As after `--set`. */
  key: string;
  ask: string;
  /** What the answer is when nothing is typed. */
  suggest(machine: Machine): string;
  /** Asked only when this says so of the answers before. */
  when?(answers: ReadonlyMap<string, string>): boolean;
  /** Checks of `tapwatt doctor` that try the answers so far. */
  tries?: readonly string[];
}

/** What is known of the machine before anything is asked. */
export interface Machine {
  hostname: string;
  capabilities: readonly { id: string; usable: boolean; reason: string; fix: string }[];
  canInterfaces: readonly string[];
}

const is =
  (key: string, ...values: string[]) =>
  (answers: ReadonlyMap<string, string>) =>
    values.includes(answers.get(key) ?? '');

export const QUESTIONS: readonly Question[] = [
  {
    key: 'csms.url',
    ask: 'Address of the central system (ws:// or wss://, without the charge point id)',
    suggest: () => 'ws://127.0.0.1:8180/ocpp',
  },
  {
    key: 'csms.chargePointId',
    ask: 'Charge point id, as the central system knows it',
    suggest: ({ hostname }) => `CP-${hostname}`.replaceAll(/[^A-Za-z0-9-]/g, '-').slice(0, 20),
  },
  {
    key: 'csms.security.profile',
    ask: 'Security profile (0 none, 1 password, 2 password over TLS, 3 certificate)',
    suggest: () => '0',
    tries: ['csms-dns', 'csms-connection'],
  },
  {
    key: 'csms.security.passwordFile',
    ask: 'File with the password in its first line',
    suggest: () => '/etc/tapwatt/secrets/csms-password',
    when: is('csms.security.profile', '1', '2'),
  },
  {
    key: 'csms.security.clientCertificateFile',
    ask: 'Client certificate (PEM)',
    suggest: () => '/etc/tapwatt/secrets/client.pem',
    when: is('csms.security.profile', '3'),
  },
  {
    key: 'csms.security.clientKeyFile',
    ask: 'Its private key (PEM)',
    suggest: () => '/etc/tapwatt/secrets/client.key',
    when: is('csms.security.profile', '3'),
  },
  {
    key: 'reader.kind',
    ask: 'Card reader (pn532, none, simulated)',
    suggest: () => 'pn532',
    tries: ['i2c-device', 'i2c-baudrate', 'reader'],
  },
  {
    key: 'can.kind',
    ask: 'CAN bus of the power module (socketcan, socketcand, simulated)',
    suggest: () => 'socketcan',
  },
  {
    key: 'can.interface',
    ask: 'CAN interface',
    suggest: ({ canInterfaces }) => canInterfaces[0] ?? 'can0',
    when: is('can.kind', 'socketcan'),
    tries: ['can-interface', 'can-bus', 'power-module'],
  },
  {
    key: 'gpio.backend',
    ask: 'Pins (auto, simulated)',
    suggest: () => 'auto',
    tries: ['gpio'],
  },
  {
    key: 'connectors[0].relayPin',
    ask: 'BCM number of the relay pin (null when the power module is the only switch)',
    suggest: () => '17',
    when: is('gpio.backend', 'auto', 'onoff'),
  },
  {
    key: 'connectors[0].relayActiveLow',
    ask: 'Does the relay board switch on at low level? (true, false)',
    suggest: () => 'false',
    when: is('gpio.backend', 'auto', 'onoff'),
  },
  { key: 'connectors[0].maximumCurrentA', ask: 'What cable and fuse allow, in amperes', suggest: () => '32' },
];

/** Answers as edits of the configuration; `parse` is parseAssignment. */
export function toEdits(
  answers: ReadonlyMap<string, string>,
  parse: (key: string, text: string) => { path: Path; value: unknown },
): { path: Path; value: unknown }[] {
  return [...answers].map(([key, text]) => parse(key, text));
}
