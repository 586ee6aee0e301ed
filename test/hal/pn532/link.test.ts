import { getFirmwareVersion, inListPassiveTarget } from '@tapwatt/hal/pn532/commands.js';
import { Pn532Error } from '@tapwatt/hal/pn532/errors.js';
import { ACK_FRAME, ERROR_FRAME, encodeCommand, encodeResponse, NACK_FRAME } from '@tapwatt/hal/pn532/frame.js';
import { createLink, type Pn532Link } from '@tapwatt/hal/pn532/link.js';
import { createManualClock, type ManualClock } from '@tapwatt/hal/simulated';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PATIENCE_MS, withDeadline } from '../../support/deadline.js';
import { hex } from '../helpers/bytes.js';

type Step = Uint8Array | 'not-ready' | { code: string };

/** Answers each read with the next step of a script, and keeps what was written. */
function scripted(steps: Step[]): { link: Pn532Link; clock: ManualClock; written: string[]; reads: number[] } {
  const clock = createManualClock();
  const written: string[] = [];
  const reads: number[] = [];
  const link = createLink({
    clock,
    pause: (durationMs) => new Promise((resolve) => void clock.after(durationMs, resolve)),
    isClosing: () => false,
    waitForIrq: null,
    diagnostic: () => {},
    transport: {
      async read(length) {
        reads.push(length);
        const step = steps.shift() ?? 'not-ready';
        if (step === 'not-ready') return new Uint8Array(length);
        if (!(step instanceof Uint8Array)) throw Object.assign(new Error(step.code), { code: step.code });
        const answer = new Uint8Array(length).fill(0x80);
        answer[0] = 1;
        answer.set(step.subarray(0, length - 1), 1);
        return answer;
      },
      async write(data) {
        written.push(hex(data));
      },
      async close() {},
    },
  });
  return { link, clock, written, reads };
}

async function call(script: ReturnType<typeof scripted>, advanceMs = 2000): Promise<string> {
  const outcome = script.link.call(getFirmwareVersion()).then(hex, (error: unknown) => {
    if (error instanceof Pn532Error) return error.kind;
    return error instanceof Error ? error.message : String(error);
  });
  await script.clock.advance(advanceMs);
  return withDeadline(outcome, PATIENCE_MS, 'the call');
}

const VERSION = encodeResponse(0x02, [0x32, 1, 6, 7]);
const COMMAND = hex(encodeCommand(0x02, []));
const ACK = hex(ACK_FRAME);
const NACK = hex(NACK_FRAME);

test('§1.1 command, ACK read of exactly 7 bytes, response', async () => {
  const script = scripted([ACK_FRAME, VERSION]);
  assert.is(await call(script), '32 01 06 07');
  assert.equal(script.written, [COMMAND]);
  assert.is(script.reads[0], 7);
});

test('§1.5 NAK, stretched clocks and "not ready" mean: not yet', async () => {
  const script = scripted([
    { code: 'EREMOTEIO' },
    'not-ready',
    { code: 'EIO' },
    ACK_FRAME,
    { code: 'ETIMEDOUT' },
    { code: 'ENXIO' },
    { code: 'EAGAIN' },
    'not-ready',
    VERSION,
  ]);
  assert.is(await call(script), '32 01 06 07');
});

test('§1.5 errors of another kind are handed on at once', async () => {
  const script = scripted([{ code: 'EACCES' }]);
  assert.is(await call(script), 'EACCES');
});

test('§1.6 a stale response in the place of the ACK: abort, drain, once more', async () => {
  const stale = encodeResponse(0x4a, [0]);
  const script = scripted([stale, 'not-ready', ACK_FRAME, VERSION]);
  assert.is(await call(script), '32 01 06 07');
  assert.equal(script.written, [COMMAND, ACK, COMMAND]);
});

test('§1.6 a response to another command: abort, drain, once more', async () => {
  const script = scripted([ACK_FRAME, encodeResponse(0x14, []), 'not-ready', ACK_FRAME, VERSION]);
  assert.is(await call(script), '32 01 06 07');
  assert.equal(script.written, [COMMAND, ACK, COMMAND]);
});

test('§1.6 twice no ACK is an error', async () => {
  const stale = encodeResponse(0x4a, [0]);
  assert.is(await call(scripted([stale, 'not-ready', stale])), 'no-ack');
});

test('§1.6 a bad checksum: NACK, once', async () => {
  const damaged = Uint8Array.from(VERSION);
  damaged[8] = 0x55;
  const script = scripted([ACK_FRAME, damaged, VERSION]);
  assert.is(await call(script), '32 01 06 07');
  assert.equal(script.written, [COMMAND, NACK]);
  assert.is(await call(scripted([ACK_FRAME, damaged, damaged])), 'damaged');
});

test('§1.1 a frame longer than the read: NACK and the whole length', async () => {
  const long = encodeResponse(
    0x4a,
    Array.from({ length: 90 }, () => 1),
  );
  const script = scripted([ACK_FRAME, long, long]);
  const outcome = script.link.call(inListPassiveTarget());
  await script.clock.advance(100);
  assert.is((await withDeadline(outcome, PATIENCE_MS, 'the call')).length, 90);
  assert.is(script.written.at(-1), NACK);
  // Status byte and everything up to the checksum, in one transaction.
  assert.ok((script.reads.at(-1) ?? 0) >= long.length);
});

test('§1.6 the error frame is an error of its own', async () => {
  assert.is(await call(scripted([ACK_FRAME, ERROR_FRAME])), 'syntax');
});

test('§1.1 no answer in time: the command is aborted, so that it cannot answer into the next one', async () => {
  const script = scripted([ACK_FRAME]);
  assert.is(await call(script), 'timeout');
  assert.equal(script.written, [COMMAND, ACK]);
});

test.run();
