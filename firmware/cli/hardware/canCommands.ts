import { setTimeout as sleep } from 'node:timers/promises';
import { createSystemClock, openCanBus } from '@tapwatt/hal';
import type { ChargePointConfig } from '../../config/config.js';
import type { Call } from '../commands/spec.js';
import { CommandFailed, EXIT } from '../exitCodes.js';
import { frameMeaning, frameText, meaningText, parseFrame } from './canFrames.js';
import { configOf, interrupted } from './place.js';

const BUS_UP_MS = 3000;

function openBus({ can }: ChargePointConfig) {
  const clock = createSystemClock();
  switch (can.kind) {
    case 'socketcan':
      return openCanBus({ kind: 'socketcan', clock, interface: can.interface });
    case 'socketcand':
      return openCanBus({ kind: 'socketcand', clock, host: can.host, port: can.port, interface: can.interface });
    case 'simulated':
      throw new CommandFailed(
        EXIT.failed,
        'the CAN bus of this configuration is simulated',
        'with can.listen it can be watched by any socketcand client',
      );
  }
}

/** `tapwatt can dump`: every frame, as candump writes it, and what it says. Until Ctrl-C, or `--count` frames. */
export async function canDumpCommand(call: Call): Promise<void> {
  const config = configOf(call.file);
  const bus = openBus(config);
  const most = call.number('count') ?? Number.POSITIVE_INFINITY;
  const stop = interrupted();
  let seen = 0;
  const enough = new Promise<number>((resolve) => {
    bus.onBusState((state) => {
      if (state.state === 'down')
        console.error(`The bus is down: ${state.reason}${state.fix ? ` — ${state.fix}` : ''}`);
    });
    bus.onFrame((frame) => {
      const at = new Date().toISOString();
      const meaning = frameMeaning(frame, config);
      if (call.json) console.log(JSON.stringify({ at, frame: frameText(frame), ...(meaning ?? {}) }));
      else {
        const words = meaning === null ? '' : `  ${meaningText(meaning)}`;
        console.log(`${at.slice(11, 23)}  ${frameText(frame).padEnd(20)}${words}`.trimEnd());
      }
      seen += 1;
      if (seen >= most) resolve(EXIT.ok);
    });
  });
  process.exitCode = await Promise.race([enough, stop.promise]);
  stop.release();
  await bus.close();
}

/** `tapwatt can send 201#`: one frame, as cansend takes it. */
export async function canSendCommand(call: Call): Promise<void> {
  const typed = call.text('frame') ?? '';
  const frame = parseFrame(typed);
  if (frame === null)
    throw new CommandFailed(
      EXIT.usage,
      `"${typed}" is no frame`,
      'write 3 hex digits, #, and up to 8 bytes, as 210#2000',
    );
  const config = configOf(call.file);
  const bus = openBus(config);
  try {
    for (let waitedMs = 0; bus.busState.state !== 'up'; waitedMs += 50) {
      if (waitedMs > BUS_UP_MS) throw new CommandFailed(EXIT.failed, 'the bus is not up', 'tapwatt doctor says why');
      await sleep(50);
    }
    bus.send(frame);
    // The addon writes from a queue of its own.
    await sleep(100);
  } finally {
    await bus.close();
  }
  const meaning = frameMeaning(frame, config);
  if (call.json) console.log(JSON.stringify({ frame: frameText(frame), ...(meaning ?? {}) }));
  else console.log(`${frameText(frame)} sent${meaning === null ? '' : `: ${meaningText(meaning)}`}`);
}
