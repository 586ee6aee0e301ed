import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readBootId } from 'tapwatt/station/time/boot-id.js';
import { systemClockTrust } from 'tapwatt/station/time/system-clock.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const directory = mkdtempSync(join(tmpdir(), 'tapwatt-time-'));
process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
const there = join(directory, 'there');
const absent = join(directory, 'absent');
const pi = join(directory, 'model');
writeFileSync(there, '');
writeFileSync(pi, 'Raspberry Pi 4 Model B Rev 1.4\0');

const evidence = (modelFile: string, timesyncFile: string, kernel: boolean | null) => ({
  modelFile,
  timesyncFile,
  kernelSynchronised: () => Promise.resolve(kernel),
});

test('system and csms need no evidence', async () => {
  assert.is(await systemClockTrust('system', evidence(pi, absent, false)), true);
  assert.is(await systemClockTrust('csms', evidence(absent, there, true)), false);
});

test('auto: a Raspberry Pi is believed once NTP has synchronised, by timesyncd or anybody else', async () => {
  assert.is(await systemClockTrust('auto', evidence(pi, absent, false)), false);
  assert.is(await systemClockTrust('auto', evidence(pi, absent, null)), false);
  assert.is(await systemClockTrust('auto', evidence(pi, absent, true)), true);
  assert.is(await systemClockTrust('auto', evidence(pi, there, false)), true);
});

test('auto: any other machine has a battery-backed clock', async () => {
  assert.is(await systemClockTrust('auto', evidence(absent, absent, false)), true);
  assert.is(await systemClockTrust('auto', evidence(there, absent, false)), true);
});

test('boot id: the kernel’s, the same for every call; a new one where there is none', () => {
  assert.is(readBootId(), readBootId());
  assert.is.not(readBootId(absent), readBootId(absent));
});

test.run();
