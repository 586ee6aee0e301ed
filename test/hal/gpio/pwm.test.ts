import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HardwareError } from '@tapwatt/hal';
import { openPigpioPwm } from '@tapwatt/hal/gpio/backends/pigpio.js';
import { piGeneration } from '@tapwatt/hal/gpio/model.js';
import { probePigpio } from '@tapwatt/hal/gpio/pigpioProbe.js';
import { findPwmChannel, openSysfsPwm } from '@tapwatt/hal/gpio/sysfsPwm.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

interface Tree {
  root: string;
  file(path: string): Promise<string>;
  write(path: string, content: string): Promise<void>;
  remove(): Promise<void>;
}

async function tree(model: string | null): Promise<Tree> {
  const root = await mkdtemp(join(tmpdir(), 'tapwatt-pwm-'));
  const write = async (path: string, content: string): Promise<void> => {
    await mkdir(join(root, path, '..'), { recursive: true });
    await writeFile(join(root, path), content);
  };
  if (model !== null) await write('proc/device-tree/model', `${model}\0`);
  return {
    root,
    write,
    file: async (path) => (await readFile(join(root, path), 'utf8')).trim(),
    remove: () => rm(root, { recursive: true }),
  };
}

/** A controller as the kernel shows it: below its device, and linked from /sys/class/pwm. */
async function addChip(t: Tree, device: string, chip: number, channels: number): Promise<string> {
  const path = `sys/devices/platform/${device}/pwm/pwmchip${chip}`;
  await t.write(`${path}/npwm`, `${channels}\n`);
  await t.write(`${path}/export`, '');
  await t.write(`${path}/unexport`, '');
  for (let n = 0; n < channels; n += 1) {
    for (const file of ['period', 'duty_cycle', 'enable']) await t.write(`${path}/pwm${n}/${file}`, '0\n');
  }
  await mkdir(join(t.root, 'sys/class/pwm'), { recursive: true });
  await symlink(join(t.root, path), join(t.root, `sys/class/pwm/pwmchip${chip}`));
  return path;
}

test('§2.3 Pi 4: pins 12 and 18 are channel 0, 13 and 19 channel 1', async () => {
  const t = await tree('Raspberry Pi 4 Model B Rev 1.5');
  await addChip(t, 'soc/fe20c000.pwm', 0, 2);
  for (const [pin, channel] of [
    [12, 0],
    [18, 0],
    [13, 1],
    [19, 1],
  ] as const) {
    assert.is((await findPwmChannel(pin, t.root)).channel, channel);
  }
  await t.remove();
});

test('§2.3 Pi 5: the header’s controller is found by its device, not by its number', async () => {
  const t = await tree('Raspberry Pi 5 Model B Rev 1.0');
  await addChip(t, 'axi/1000120000.pcie/1f0009c000.pwm', 0, 4);
  await addChip(t, 'axi/1000120000.pcie/1f00098000.pwm', 2, 4);
  const found = await findPwmChannel(18, t.root);
  assert.is(found.channel, 2);
  assert.match(found.chipPath, /pwmchip2$/);
  await t.remove();
});

test('§2.3 a pin without PWM, and a kernel without PWM, say what to do', async () => {
  const t = await tree('Raspberry Pi 4 Model B Rev 1.5');
  for (const [pin, code, hint] of [
    [17, 'PWM_PIN', /12, 13, 18 or 19/],
    [18, 'NO_PWM', /dtoverlay=pwm/],
  ] as const) {
    try {
      await findPwmChannel(pin, t.root);
      assert.unreachable();
    } catch (error) {
      assert.ok(error instanceof HardwareError);
      assert.is(error.code, code);
      assert.match(error.hint, hint);
    }
  }
  await t.remove();
});

test('§2.5 1 kHz at 26.7 % (16 A), then 100 kHz: never a period shorter than the duty cycle', async () => {
  const t = await tree('Raspberry Pi 4 Model B Rev 1.5');
  const chip = await addChip(t, 'soc/fe20c000.pwm', 0, 2);
  await t.write(`${chip}/pwm0/enable`, '1\n');
  await t.write(`${chip}/pwm0/duty_cycle`, '777\n');
  const pwm = await openSysfsPwm(await findPwmChannel(18, t.root));
  assert.is(await t.file(`${chip}/pwm0/enable`), '0');
  assert.is(await t.file(`${chip}/pwm0/duty_cycle`), '0');
  pwm.set(1000, 0.267);
  assert.is(await t.file(`${chip}/pwm0/period`), '1000000');
  assert.is(await t.file(`${chip}/pwm0/duty_cycle`), '267000');
  assert.is(await t.file(`${chip}/pwm0/enable`), '1');
  pwm.set(100_000, 0.5);
  assert.is(await t.file(`${chip}/pwm0/period`), '10000');
  assert.is(await t.file(`${chip}/pwm0/duty_cycle`), '5000');
  assert.throws(() => pwm.set(0.5, 0.5), /Hz/);
  assert.throws(() => pwm.set(1000, 1.1), /duty/);
  await pwm.close();
  assert.is(await t.file(`${chip}/pwm0/enable`), '0');
  assert.is(await t.file(`${chip}/pwm0/duty_cycle`), '0');
  assert.is(await t.file(`${chip}/unexport`), '0');
  await t.remove();
});

test('the kernel refuses a period shorter than the duty cycle: no order of calls meets that', async () => {
  const t = await tree('Raspberry Pi 4 Model B Rev 1.5');
  await addChip(t, 'soc/fe20c000.pwm', 0, 2);
  const kernel: Record<string, number> = { period: 0, duty_cycle: 0, enable: 0 };
  const pwm = await openSysfsPwm(await findPwmChannel(18, t.root), (path, value) => {
    const next = { ...kernel, [path.split('/').at(-1) ?? '']: Number(value) };
    if ((next.duty_cycle ?? 0) > (next.period ?? 0)) throw new Error('EINVAL: invalid argument, write');
    Object.assign(kernel, next);
  });
  for (const [frequencyHz, duty] of [
    [1000, 0.9],
    [100_000, 1],
    [1, 0.01],
    [50_000, 0],
    [2, 1],
    [1000, 0.1],
  ] as const) {
    pwm.set(frequencyHz, duty);
    assert.equal(kernel, { period: 1e9 / frequencyHz, duty_cycle: (1e9 / frequencyHz) * duty, enable: 1 });
  }
  pwm.off();
  assert.is(kernel.enable, 0);
  await t.remove();
});

test('a channel that is not there yet is exported', async () => {
  const t = await tree('Raspberry Pi 4 Model B Rev 1.5');
  const chip = await addChip(t, 'soc/fe20c000.pwm', 0, 2);
  await rm(join(t.root, chip, 'pwm1'), { recursive: true });
  const opening = openSysfsPwm(await findPwmChannel(13, t.root));
  // The kernel, a moment later.
  setTimeout(async () => {
    for (const file of ['enable', 'period', 'duty_cycle']) await t.write(`${chip}/pwm1/${file}`, '0\n');
  }, 60);
  const pwm = await opening;
  assert.is(await t.file(`${chip}/export`), '1');
  await pwm.close();
  await t.remove();
});

for (const [name, generation] of [
  ['Raspberry Pi Model B Plus Rev 1.2', 1],
  ['Raspberry Pi Zero W Rev 1.1', 1],
  ['Raspberry Pi Zero 2 W Rev 1.0', 3],
  ['Raspberry Pi 2 Model B Rev 1.1', 2],
  ['Raspberry Pi 3 Model B Plus Rev 1.3', 3],
  ['Raspberry Pi 4 Model B Rev 1.5', 4],
  ['Raspberry Pi 400 Rev 1.0', 4],
  ['Raspberry Pi Compute Module 4 Rev 1.1', 4],
  ['Raspberry Pi 5 Model B Rev 1.0', 5],
  ['Raspberry Pi 500 Rev 1.0', 5],
  ['Raspberry Pi Compute Module 5 Rev 1.0', 5],
  ['Radxa ROCK 5B', null],
] as const) {
  test(`${name} is ${generation === null ? 'no Pi' : `generation ${generation}`}`, () => {
    assert.is(piGeneration(name), generation);
  });
}

test('§2.2 pigpio: usable on a Pi 4 as root with the library, and nowhere else', async () => {
  const four = await tree('Raspberry Pi 4 Model B Rev 1.5');
  assert.match((await probePigpio(four.root, 0)).reason, /libpigpio is not installed/);
  await four.write('usr/lib/libpigpio.so.1', '');
  assert.is((await probePigpio(four.root, 0)).usable, true);
  assert.match((await probePigpio(four.root, 1000)).reason, /root/);
  await four.write('var/run/pigpio.pid', '1');
  assert.match((await probePigpio(four.root, 0)).reason, /pigpiod/);
  const five = await tree('Raspberry Pi 5 Model B Rev 1.0');
  await five.write('usr/lib/libpigpio.so.1', '');
  const refused = await probePigpio(five.root, 0);
  assert.is(refused.usable, false);
  assert.match(refused.fix, /dtoverlay=pwm/);
  await four.remove();
  await five.remove();
});

test('§2.2 pigpio is not imported where the probe says no', async () => {
  const t = await tree(null);
  let imported = false;
  try {
    await openPigpioPwm(18, t.root, async () => {
      imported = true;
      return { hardwarePwmWrite: () => {} };
    });
    assert.unreachable();
  } catch (error) {
    assert.ok(error instanceof HardwareError);
    assert.is(error.code, 'PIGPIO');
  }
  assert.is(imported, false);
  await t.remove();
});

test.run();
