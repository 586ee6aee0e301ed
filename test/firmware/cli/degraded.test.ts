// The file is right and the world is not: the real process runs, degraded, and says what to do.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createCertificateAuthority } from '../../support/certificate-authority.js';
import { eventually } from '../../support/deadline.js';
import { startScriptedCentralSystem } from '../../support/scripted-central-system.js';
import { install, run, untilUp } from './tapwattProcess.js';

const authority = createCertificateAuthority('Right Root');
const stranger = createCertificateAuthority('Wrong Root');
const folder = mkdtempSync(join(tmpdir(), 'tapwatt-degraded-'));
const password = join(folder, 'password');
writeFileSync(password, 'a password\n');
test.after(() => {
  authority.dispose();
  stranger.dispose();
  rmSync(folder, { recursive: true, force: true });
});

interface Degraded {
  what: string;
  edit: (yaml: string) => string;
  /** What the log says, and what it advises. */
  says: RegExp;
  hint: RegExp;
  /** What the running charge point says of itself. */
  state: (state: Awaited<ReturnType<ReturnType<typeof run>['state']>>) => boolean;
}

const DEGRADED: readonly Degraded[] = [
  {
    what: 'nobody listens at the address',
    edit: (yaml) => yaml,
    says: /nothing listens on port 9/,
    hint: /Check the port/,
    state: ({ csms }) => !csms.connected,
  },
  {
    what: 'a host name that nobody knows',
    edit: (yaml) => yaml.replace('127.0.0.1:9', 'no-such-host.invalid:9'),
    says: /no-such-host\.invalid/,
    hint: /./,
    state: ({ csms }) => !csms.connected,
  },
  {
    what: 'a CAN interface that is not there',
    edit: (yaml) => yaml.replace('can: { kind: simulated', 'can: { kind: socketcan, interface: can77 } #'),
    says: /CAN bus is down: there is no /,
    hint: /dtoverlay=mcp2515/,
    state: ({ can }) => can.health === 'failed',
  },
  {
    what: 'an I2C bus that is not there',
    edit: (yaml) => yaml.replace('{ kind: simulated, pollMs: 50 }', '{ kind: pn532, i2cBus: 77 }'),
    says: /card reader does not work/,
    hint: /raspi-config nonint do_i2c 0/,
    state: ({ reader }) => reader.health === 'failed',
  },
  {
    what: 'pins that are not there',
    edit: (yaml) =>
      yaml
        .replace('{ backend: simulated }', '{ backend: auto, chipLabels: [no-such-chip] }')
        .replace('{ id: 1 }', '{ id: 1, relayPin: 17, hasPlugSensor: false }'),
    says: /contactor cannot be used/,
    hint: /gpio\.backend: simulated|CONFIG_GPIO_SYSFS|chip/,
    state: ({ connectors }) => connectors[0]?.status === 'Faulted',
  },
];

for (const { what, edit, says, hint, state } of DEGRADED) {
  test(`runs, degraded: ${what}`, async () => {
    const place = install('ws://127.0.0.1:9/ocpp');
    writeFileSync(place.configFile, edit(readFileSync(place.configFile, 'utf8')));
    const point = run(place);
    try {
      await eventually(() => point.state().then(state, () => false), `the state says it; log: ${point.log()}`, 60_000);
      const line = await eventually(
        () =>
          point
            .log()
            .split('\n')
            .find((text) => says.test(text)),
        `the log says it: ${point.log()}`,
        60_000,
      );
      assert.match((JSON.parse(line) as { hint: string }).hint, hint);
      assert.is(point.child.exitCode, null, 'it runs');
    } finally {
      await point.end();
      place.remove();
    }
  });
}

test('runs, degraded: the certificate of the central system is not of the authority that is trusted', async () => {
  const server = authority.issueServer();
  const central = await startScriptedCentralSystem({ ordinary: true, tls: { cert: server.cert, key: server.key } });
  const place = install(central.url, `log: { level: debug }\n`);
  const yaml = readFileSync(place.configFile, 'utf8');
  const withRoot = (root: string): string =>
    yaml.replace(
      '  chargePointId: CP-1\n',
      `  chargePointId: CP-1\n  security: { profile: 2, passwordFile: ${password}, rootCertificateFile: ${root} }\n`,
    );
  writeFileSync(place.configFile, withRoot(stranger.root.certFile));
  const point = run(place);
  try {
    const line = await eventually(
      () =>
        point
          .log()
          .split('\n')
          .find((text) => /certificate/i.test(text) && /attempt/.test(text)),
      `the log says it: ${point.log()}`,
      60_000,
    );
    assert.match((JSON.parse(line) as { hint: string }).hint, /rootCertificateFile|certificate/i);
    assert.not((await point.state()).csms.connected);
  } finally {
    await point.end();
  }
  writeFileSync(place.configFile, withRoot(authority.root.certFile));
  const again = run(place);
  try {
    await untilUp(again);
    await eventually(async () => (await again.state()).csms.connected, `connected; log: ${again.log()}`, 60_000);
  } finally {
    await again.end();
    await central.stop();
    place.remove();
  }
});

test('runs, degraded: the central system refuses the password', async () => {
  const central = await startScriptedCentralSystem({ ordinary: true, basicAuth: { password: 'another one' } });
  const place = install(central.url);
  const yaml = readFileSync(place.configFile, 'utf8');
  writeFileSync(
    place.configFile,
    yaml.replace(
      '  chargePointId: CP-1\n',
      `  chargePointId: CP-1\n  security: { profile: 1, passwordFile: ${password} }\n`,
    ),
  );
  const point = run(place);
  try {
    const line = await eventually(
      () =>
        point
          .log()
          .split('\n')
          .find((text) => /401|password/.test(text) && /attempt/.test(text)),
      `the log says it: ${point.log()}`,
      60_000,
    );
    assert.match((JSON.parse(line) as { hint: string }).hint, /password/);
  } finally {
    await point.end();
    await central.stop();
    place.remove();
  }
});

test.run();
