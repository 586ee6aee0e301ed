import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Capability, probeHardware } from '@tapwatt/hal';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const IDS = ['gpio/onoff', 'pwm/sysfs', 'pwm/pigpio', 'can/socketcan', 'i2c/i2c-bus'];

async function probed(files: Record<string, string>): Promise<Map<string, Capability>> {
  const root = await mkdtemp(join(tmpdir(), 'tapwatt-probe-'));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(root, path, '..'), { recursive: true });
    await writeFile(join(root, path), content);
  }
  const capabilities = await probeHardware({ root });
  await rm(root, { recursive: true });
  return new Map(capabilities.map((capability) => [capability.id, capability]));
}

test('a machine without any hardware: nothing usable, each with reason and fix', async () => {
  const found = await probed({});
  assert.equal([...found.keys()], IDS);
  for (const capability of found.values()) {
    assert.is(capability.usable, false);
    assert.ok(capability.reason.length > 5 && capability.fix.length > 5, JSON.stringify(capability));
  }
});

test('a Pi 5 with everything switched on: all usable but pigpio, without a fix to do', async () => {
  const found = await probed({
    'proc/device-tree/model': 'Raspberry Pi 5 Model B Rev 1.0\0',
    'sys/class/gpio/export': '',
    'sys/class/gpio/gpiochip571/label': 'pinctrl-rp1\n',
    'sys/class/gpio/gpiochip571/base': '571\n',
    'sys/class/gpio/gpiochip571/ngpio': '54\n',
    'sys/class/pwm/pwmchip0/export': '',
    'sys/class/pwm/pwmchip0/npwm': '4\n',
    'sys/class/net/can0/type': '280\n',
    'sys/class/net/can0/operstate': 'up\n',
    'dev/i2c-1': '',
  });
  const usable = [...found.values()].filter((capability) => capability.usable);
  assert.equal(
    usable.map((capability) => capability.id),
    ['gpio/onoff', 'pwm/sysfs', 'can/socketcan', 'i2c/i2c-bus'],
  );
  assert.ok(usable.every((capability) => capability.fix === ''));
  assert.match(found.get('gpio/onoff')?.reason ?? '', /numbered from 571/);
  assert.match(found.get('pwm/pigpio')?.reason ?? '', /Raspberry Pi 5/);
});

test('a CAN interface that is down, I2C without permission', async () => {
  const found = await probed({ 'sys/class/net/can0/type': '280\n', 'sys/class/net/can0/operstate': 'down\n' });
  assert.match(found.get('can/socketcan')?.fix ?? '', /ip link set can0 up/);
  assert.match(found.get('i2c/i2c-bus')?.fix ?? '', /do_i2c/);
  if (process.getuid?.() === 0) return;
  const root = await mkdtemp(join(tmpdir(), 'tapwatt-probe-'));
  await mkdir(join(root, 'dev'));
  await writeFile(join(root, 'dev/i2c-1'), '');
  await chmod(join(root, 'dev/i2c-1'), 0o000);
  const i2c = (await probeHardware({ root })).find((capability) => capability.id === 'i2c/i2c-bus');
  assert.match(i2c?.fix ?? '', /usermod -aG i2c/);
  await rm(root, { recursive: true });
});

test.run();
