import { decodePowerModuleMessage, type PowerModuleMessage } from '@tapwatt/hal';
import type { ChargePointConfig } from '../../config/config.js';

export interface Frame {
  id: number;
  data: Uint8Array;
}

/** `210#1000`, as candump and cansend write it. */
export function frameText({ id, data }: Frame): string {
  return `${id.toString(16).toUpperCase().padStart(3, '0')}#${Buffer.from(data).toString('hex').toUpperCase()}`;
}

/** The frame that a text names; null when it is none. */
export function parseFrame(text: string): Frame | null {
  const match = /^([0-7][0-9A-Fa-f]{2})#((?:[0-9A-Fa-f]{2}){0,8})$/.exec(text);
  if (match === null) return null;
  const [, id = '', data = ''] = match;
  return { id: Number.parseInt(id, 16), data: Buffer.from(data, 'hex') };
}

/** What a frame says to or of a connector; null for frames of others. */
export function frameMeaning(
  frame: Frame,
  config: Pick<ChargePointConfig, 'can' | 'connectors'>,
): { connectorId: number; message: PowerModuleMessage } | null {
  for (const { id: connectorId, canIdOffset } of config.connectors) {
    const address = { idOffset: canIdOffset, currentScaleMa: config.can.currentScaleMa };
    const message = decodePowerModuleMessage(frame, address);
    if (message !== null) return { connectorId, message };
  }
  return null;
}

/** `connector 1: limit 16.0 A`. */
export function meaningText(meaning: { connectorId: number; message: PowerModuleMessage }): string {
  const amperes = (ma: number): string => `${(ma / 1000).toFixed(1)} A`;
  const { connectorId, message } = meaning;
  const said = {
    start: () => 'START',
    stop: () => 'STOP',
    limit: () => (message.t === 'limit' ? `limit ${amperes(message.limitMa)}` : ''),
    current: () => (message.t === 'current' ? `current ${amperes(message.currentMa)}` : ''),
  }[message.t]();
  return `connector ${connectorId}: ${said}`;
}
