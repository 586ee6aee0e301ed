import { mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFileRegisterStore, HardwareError, type RegisterValue } from '@tapwatt/hal';
import { decodeSlot, encodeSlot, SLOT_BYTES, SLOT_DISTANCE } from '@tapwatt/hal/meter/slots.js';
import { crc32 } from '@tapwatt/hal/support/crc32.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom } from '../../support/random.js';

async function inDirectory(work: (path: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'tapwatt-meter-'));
  try {
    await work(join(directory, 'state', 'meter-1'));
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function loaded(path: string): Promise<RegisterValue | null> {
  const store = createFileRegisterStore({ path });
  try {
    return await store.load();
  } finally {
    await store.close();
  }
}

async function saveAll(path: string, values: number[]): Promise<void> {
  const store = createFileRegisterStore({ path });
  await store.load();
  for (const mWh of values) await store.save({ mWh, uJ: mWh % 7 });
  await store.close();
}

test('CRC-32 is that of zlib', () => {
  assert.is(crc32(Buffer.from('123456789')), 0xcbf43926);
});

test('a slot is decoded as it was encoded, up to 9 PWh', () => {
  const slot = { sequence: 2 ** 40, value: { mWh: Number.MAX_SAFE_INTEGER, uJ: 3_599_999 } };
  assert.is(encodeSlot(slot).length, SLOT_BYTES);
  assert.equal(decodeSlot(encodeSlot(slot)), slot);
});

test('nothing was ever saved: null, and the directory is made', async () => {
  await inDirectory(async (path) => {
    assert.is(await loaded(path), null);
    assert.is((await stat(path)).size, 0);
  });
});

test('the last save is found by the next process', async () => {
  await inDirectory(async (path) => {
    for (const mWh of [1, 2, 3, 1000]) {
      await saveAll(path, [mWh]);
      assert.equal(await loaded(path), { mWh, uJ: mWh % 7 });
    }
  });
});

test('saves go to the two slots in turn, in place: the file does not grow', async () => {
  await inDirectory(async (path) => {
    await saveAll(path, [1, 2, 3, 4, 5, 6, 7]);
    const file = await readFile(path);
    assert.is(file.length, SLOT_DISTANCE + SLOT_BYTES);
    assert.is(decodeSlot(file.subarray(0))?.value.mWh, 7);
    assert.is(decodeSlot(file.subarray(SLOT_DISTANCE))?.value.mWh, 6);
  });
});

test('saves that are called at once are carried out one after the other', async () => {
  await inDirectory(async (path) => {
    const store = createFileRegisterStore({ path });
    await Promise.all([1, 2, 3, 4, 5].map((mWh) => store.save({ mWh, uJ: 0 })));
    await store.close();
    assert.is((await loaded(path))?.mWh, 5);
  });
});

test('a save torn by a power cut, at any byte: the register of the save before it', async () => {
  await inDirectory(async (path) => {
    await saveAll(path, [100, 200]);
    const before = await readFile(path);
    await saveAll(path, [300]);
    const after = await readFile(path);
    for (let written = 0; written <= SLOT_BYTES; written += 1) {
      // The third save went into slot 0; only `written` bytes of it reached the card.
      const torn = Buffer.from(before);
      after.copy(torn, 0, 0, written);
      await writeFile(path, torn);
      const value = await loaded(path);
      const whole = torn.subarray(0, SLOT_BYTES).equals(after.subarray(0, SLOT_BYTES));
      assert.is(value?.mWh, whole ? 300 : 200, `${written} bytes`);
    }
  });
});

test('after a torn save the good slot is not the one that is overwritten', async () => {
  await inDirectory(async (path) => {
    await saveAll(path, [100, 200, 300]);
    const file = await readFile(path);
    file[20] = (file[20] ?? 0) ^ 0xff;
    await writeFile(path, file);
    assert.is((await loaded(path))?.mWh, 200);
    await saveAll(path, [400]);
    const healed = await readFile(path);
    assert.is(decodeSlot(healed.subarray(0))?.value.mWh, 400);
    assert.is(decodeSlot(healed.subarray(SLOT_DISTANCE))?.value.mWh, 200);
    assert.is((await loaded(path))?.mWh, 400);
  });
});

test('200 seeded damages of one slot: never anything that was not saved', async () => {
  await inDirectory(async (path) => {
    const random = createRandom(7);
    await saveAll(path, [100, 200, 300]);
    const good = await readFile(path);
    for (let run = 0; run < 200; run += 1) {
      const file = Buffer.from(good);
      const slot = random.integer(0, 1) * SLOT_DISTANCE;
      const count = random.integer(1, 32);
      for (let n = 0; n < count; n += 1) file[slot + random.integer(0, SLOT_BYTES - 1)] = random.integer(0, 255);
      await writeFile(path, file);
      const value = await loaded(path);
      assert.ok(value !== null && [200, 300].includes(value.mWh), `run ${run}: ${value?.mWh}`);
    }
  });
});

test('a first save that a power cut left as zeros, or empty, is no damage', async () => {
  await inDirectory(async (path) => {
    await saveAll(path, [1]);
    await writeFile(path, Buffer.alloc(SLOT_DISTANCE + SLOT_BYTES));
    assert.is(await loaded(path), null);
    await truncate(path, 0);
    assert.is(await loaded(path), null);
  });
});

test('both slots damaged is an error with a hint, and a save heals it', async () => {
  await inDirectory(async (path) => {
    await saveAll(path, [100, 200]);
    const file = await readFile(path);
    file[20] = (file[20] ?? 0) ^ 0xff;
    file[SLOT_DISTANCE + 20] = (file[SLOT_DISTANCE + 20] ?? 0) ^ 0xff;
    await writeFile(path, file);
    try {
      await loaded(path);
      assert.unreachable();
    } catch (error) {
      assert.ok(error instanceof HardwareError);
      assert.is(error.code, 'METER_REGISTER_DAMAGED');
      assert.ok(error.hint.length > 0);
    }
    const store = createFileRegisterStore({ path });
    await store.load().catch(() => null);
    await store.save({ mWh: 5, uJ: 0 });
    await store.close();
    assert.is((await loaded(path))?.mWh, 5);
  });
});

test.run();
