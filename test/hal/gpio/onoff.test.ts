import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HardwareError } from '@tapwatt/hal';
import { type OnoffGpio, type OnoffSystem, openOnoffInput, openOnoffOutput } from '@tapwatt/hal/gpio/backends/onoff.js';
import { headerChip, readGpioChips, sysfsLine } from '@tapwatt/hal/gpio/chips.js';
import { createManualClock } from '@tapwatt/hal/simulated';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

interface Line extends OnoffGpio {
  /** Level and calls, in order, since it was exported. */
  history: string[];
  level: 0 | 1;
  set(level: 0 | 1): void;
}

/** A /sys/class/gpio with these controllers, and a Gpio class over lines in memory. */
async function machine(chips: { label: string; base: number; lines: number }[], failure?: { code: string }) {
  const root = await mkdtemp(join(tmpdir(), 'tapwatt-gpio-'));
  for (const chip of chips) {
    const directory = join(root, `gpiochip${chip.base}`);
    await mkdir(directory);
    await writeFile(join(directory, 'label'), `${chip.label}\n`);
    await writeFile(join(directory, 'base'), `${chip.base}\n`);
    await writeFile(join(directory, 'ngpio'), `${chip.lines}\n`);
  }
  const lines = new Map<number, Line>();
  class FakeGpio implements Line {
    readonly history: string[];
    level: 0 | 1 = 0;
    private readonly watchers: ((error: null, value: 0 | 1) => void)[] = [];
    constructor(line: number, direction: 'in' | 'high' | 'low', edge?: string) {
      if (failure !== undefined) throw Object.assign(new Error(`${failure.code}: write`), failure);
      this.history = [`${direction}${edge === undefined ? '' : ` ${edge}`}`];
      this.level = direction === 'high' ? 1 : 0;
      lines.set(line, this);
    }
    readSync(): 0 | 1 {
      return this.level;
    }
    writeSync(value: 0 | 1): void {
      this.history.push(String(value));
      this.level = value;
    }
    watch(callback: (error: null, value: 0 | 1) => void): void {
      this.watchers.push(callback);
    }
    unexport(): void {
      this.history.push('unexport');
    }
    set(level: 0 | 1): void {
      this.level = level;
      for (const watcher of this.watchers) watcher(null, level);
    }
  }
  const system: OnoffSystem = {
    gpioRoot: root,
    labels: ['pinctrl-bcm2835', 'pinctrl-bcm2711', 'pinctrl-rp1'],
    loadGpio: async () => FakeGpio,
  };
  return { system, lines, remove: () => rm(root, { recursive: true }) };
}

/** research/pi-platform.md §2.1: where header pin 17 is. */
const BOARDS = [
  { name: 'Pi 3, kernel 6.1', chips: [{ label: 'pinctrl-bcm2835', base: 0, lines: 54 }], line: 17 },
  {
    name: 'Pi 4, kernel 6.6',
    chips: [
      { label: 'raspberrypi-exp-gpio', base: 570, lines: 8 },
      { label: 'pinctrl-bcm2711', base: 512, lines: 58 },
    ],
    line: 529,
  },
  {
    name: 'Pi 5, early 6.6',
    chips: [
      { label: 'gpio-brcmstb@107d508500', base: 512, lines: 32 },
      { label: 'pinctrl-rp1', base: 571, lines: 54 },
    ],
    line: 588,
  },
  { name: 'Pi 5, kernel 6.1', chips: [{ label: 'pinctrl-rp1', base: 399, lines: 54 }], line: 416 },
];

for (const board of BOARDS) {
  test(`§2.1 ${board.name}: pin 17 is sysfs line ${board.line}, found by label`, async () => {
    const m = await machine(board.chips);
    const output = await openOnoffOutput({ pin: 17, activeLow: false }, m.system);
    assert.equal([...m.lines.keys()], [board.line]);
    await output.close();
    await m.remove();
  });
}

test('§2.1 no known controller, or no sysfs GPIO at all, is an error with what was found', async () => {
  const m = await machine([{ label: 'INT34C6:00', base: 512, lines: 360 }]);
  const chips = await readGpioChips(m.system.gpioRoot);
  assert.is(headerChip(chips), null);
  assert.throws(
    () => sysfsLine(chips, 17),
    (e: unknown) => e instanceof HardwareError && e.code === 'NO_GPIO_CHIP' && /INT34C6/.test(e.message),
  );
  assert.equal(await readGpioChips(join(m.system.gpioRoot, 'absent')), []);
  await m.remove();
});

test('§2.1 a pin that the controller does not have', async () => {
  assert.throws(
    () => sysfsLine([{ label: 'pinctrl-rp1', base: 571, lines: 54 }], 54),
    (e: unknown) => e instanceof HardwareError && e.code === 'PIN_RANGE',
  );
});

const PI4 = [{ label: 'pinctrl-bcm2711', base: 512, lines: 58 }];

for (const [activeLow, opened, on, off] of [
  [false, 'low', '1', '0'],
  [true, 'high', '0', '1'],
] as const) {
  test(`§2.1 ${activeLow ? 'active low' : 'active high'}: off from the first moment, off before it is released`, async () => {
    const m = await machine(PI4);
    const output = await openOnoffOutput({ pin: 17, activeLow }, m.system);
    const line = m.lines.get(529);
    assert.ok(line);
    assert.equal(line.history, [opened]);
    assert.is(output.value, false);
    output.write(true);
    assert.is(output.value, true);
    output.write(false);
    output.write(true);
    await output.close();
    await output.close();
    assert.is(output.value, false);
    output.write(true);
    assert.equal(line.history, [opened, on, off, on, off, 'unexport']);
    await m.remove();
  });
}

for (const [code, hint] of [
  ['EACCES', /usermod -aG gpio/],
  ['EBUSY', /gpioinfo/],
  ['EROFS', /ReadWritePaths/],
] as const) {
  test(`§2.1 ${code} at export says what to type`, async () => {
    const m = await machine(PI4, { code });
    try {
      await openOnoffOutput({ pin: 17, activeLow: false }, m.system);
      assert.unreachable();
    } catch (error) {
      assert.ok(error instanceof HardwareError);
      assert.is(error.code, code);
      assert.match(error.message, /GPIO17 \(sysfs line 529\)/);
      assert.match(error.hint, hint);
    }
    await m.remove();
  });
}

test('§2.1 an input: both edges, debounced, inverted where active low', async () => {
  const m = await machine(PI4);
  const clock = createManualClock();
  const input = await openOnoffInput({ clock, pin: 27, activeLow: true, debounceMs: 50 }, m.system);
  const line = m.lines.get(539);
  assert.ok(line);
  assert.equal(line.history, ['in both']);
  assert.is(input.read(), true);
  const changes: boolean[] = [];
  input.onChange((active) => changes.push(active));
  for (const level of [1, 0, 1, 0, 1] as const) {
    line.set(level);
    await clock.advance(10);
  }
  assert.equal(changes, []);
  await clock.advance(50);
  assert.equal(changes, [false]);
  // A glitch that ends where it began is no change.
  line.set(0);
  await clock.advance(20);
  line.set(1);
  await clock.advance(100);
  assert.equal(changes, [false]);
  await input.close();
  assert.is(line.history.at(-1), 'unexport');
  await m.remove();
});

test.run();
