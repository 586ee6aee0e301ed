import { connect, type Socket } from 'node:net';
import { eventually } from '../../support/deadline.js';
import type { Bench } from './bench.js';

/** 0x210 [low, high]: the limit that the power module is told, in whole amperes (research: CAN frames). */
const SET_LIMIT = 0x210;

/** Listens in on the simulated CAN bus with a protocol of its own reading, not with the drivers under test. */
export interface CanWatch {
  /** The last limit on the bus, in amperes; null before the first. */
  readonly limitA: number | null;
  close(): void;
}

/** The bench option that makes the bus audible. */
export const AUDIBLE_CAN = { kind: 'simulated', listen: { host: '127.0.0.1', port: 0 } };

/** @param canId with the connector's offset */
export async function watchCan(bench: Bench, canId = SET_LIMIT): Promise<CanWatch> {
  const state = (await bench.chargePoint.get('/state')).body as { can: { listen: { host: string; port: number } } };
  const { host, port } = state.can.listen;
  let limitA: number | null = null;
  let received = '';
  let open = false;
  const socket: Socket = connect({ host, port });
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1');
    for (;;) {
      const [element, words = ''] = /^[^<]*<\s*([^>]*?)\s*>/.exec(received) ?? [];
      if (element === undefined) return;
      received = received.slice(element.length);
      const [verb, id = '', , ...data] = words.split(/\s+/);
      if (verb === 'hi') socket.write('< open can0 >< rawmode >');
      if (verb === 'ok') open = true;
      if (verb === 'frame' && Number.parseInt(id, 16) === canId) {
        const bytes = Buffer.from(data.join(''), 'hex');
        if (bytes.length >= 2) limitA = bytes.readUInt16LE(0);
      }
    }
  });
  await eventually(() => open, 'the simulated CAN bus can be heard');
  return {
    get limitA() {
      return limitA;
    },
    close: () => socket.destroy(),
  };
}
