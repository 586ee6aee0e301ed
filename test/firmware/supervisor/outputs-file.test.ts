import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from 'tapwatt/config/load.js';
import { describeOutputs, OUTPUTS_FILE, recordOutputs } from 'tapwatt/supervisor/outputsFile.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const config = (more: string) =>
  parseConfig(
    `csms: { url: ws://x/ocpp, chargePointId: A }
reader: { kind: none }
${more}
connectors:
  - { id: 1, hasPlugSensor: false, hasLock: true, relayPin: 17, lockPin: 22 }
  - { id: 2, hasPlugSensor: false, relayPin: 5, relayActiveLow: true, canIdOffset: 2 }
`,
    { file: null },
  );

test('relays first, then STOP on the bus, then bolts; an active-low relay is off at high', () => {
  const labels = 'pinctrl-bcm2835,pinctrl-bcm2711,pinctrl-rp1';
  assert.equal(describeOutputs(config('can: { kind: socketcan, interface: can0 }')).split('\n'), [
    `gpio 17 low ${labels}`,
    `gpio 5 high ${labels}`,
    'can can0 201#',
    'can can0 203#',
    `gpio 22 low ${labels}`,
    '',
  ]);
});

test('gpio.chipLabels reaches the record; simulated pins and buses are not in it', () => {
  const other = 'can: { kind: socketcan }\ngpio: { chipLabels: [testboard], indicatorPin: 23 }';
  assert.match(describeOutputs(config(other)), /^gpio 17 low testboard\n(.*\n)*gpio 23 low testboard\n$/);
  assert.is(describeOutputs(config('can: { kind: simulated }\ngpio: { backend: simulated }')), '');
});

test('recorded in RUNTIME_DIRECTORY only', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'tapwatt-outputs-'));
  try {
    await recordOutputs(config('can: { kind: socketcan }'), {});
    await recordOutputs(config('can: { kind: socketcan }'), { RUNTIME_DIRECTORY: `${directory}:/elsewhere` });
    assert.match(readFileSync(join(directory, OUTPUTS_FILE), 'utf8'), /^gpio 17 low /);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test.run();
