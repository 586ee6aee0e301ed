import type { CanFrame } from '../../interfaces.js';

/**
 * The ASCII protocol of socketcand (github.com/linux-can/socketcand, doc/protocol.md), rawmode only:
 *
 *     server  < hi >                     client  < open can0 >
 *     server  < ok >                     client  < rawmode >
 *     server  < ok >                     client  < send 200 2 20 0 >       id, length, bytes; all hex but the length
 *     server  < frame 300 1700000000.123456 2000 >                         id, time, bytes
 *     either  < echo >                   server  < error text >
 *
 * Ids have three digits (11 bit) or eight (29 bit).
 */
export const DEFAULT_PORT = 29536;

export interface Element {
  name: string;
  words: string[];
}

/** A peer that never closes an element must not fill the memory. */
const LONGEST_ELEMENT = 512;

/** Cuts a TCP stream into elements. TCP knows no messages, so one read may bring half of one, or five. */
export interface ElementReader {
  /** @returns the elements that are complete now. @throws RangeError when what came is not this protocol. */
  push(chunk: string): Element[];
}

export function createElementReader(): ElementReader {
  let pending = '';
  return {
    push(chunk) {
      pending += chunk;
      const elements: Element[] = [];
      for (;;) {
        const end = pending.indexOf('>');
        if (end < 0) break;
        const start = pending.lastIndexOf('<', end);
        if (start < 0) throw new RangeError('">" without "<"');
        const [name = '', ...words] = pending
          .slice(start + 1, end)
          .trim()
          .split(/\s+/);
        elements.push({ name, words });
        pending = pending.slice(end + 1);
      }
      if (pending.length > LONGEST_ELEMENT)
        throw new RangeError(`an element longer than ${LONGEST_ELEMENT} characters`);
      return elements;
    },
  };
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}

function idText(id: number): string {
  return id.toString(16).toUpperCase().padStart(3, '0');
}

/** Server to client. @param wallMs when the frame was on the bus. */
export function frameElement(frame: CanFrame, wallMs: number): string {
  const seconds = Math.floor(wallMs / 1000);
  const microseconds = Math.floor((wallMs % 1000) * 1000);
  const data = Array.from(frame.data, hex).join('');
  return `< frame ${idText(frame.id)} ${seconds}.${String(microseconds).padStart(6, '0')} ${data} >`;
}

/** Client to server. */
export function sendElement(frame: CanFrame): string {
  return `< send ${[idText(frame.id), frame.data.length, ...Array.from(frame.data, hex)].join(' ')} >`;
}

function parseId(text: string | undefined): number | null {
  // Eight digits are a 29-bit id: none of ours.
  if (text === undefined || !/^[0-9a-f]{1,3}$/i.test(text)) return null;
  const id = Number.parseInt(text, 16);
  return id <= 0x7ff ? id : null;
}

/** @returns null for frames with 29-bit ids and for what is malformed. */
export function parseFrameElement(words: readonly string[]): CanFrame | null {
  const [idWord, , ...data] = words;
  const id = parseId(idWord);
  // python-can and socketcand write the bytes without spaces; some versions put one between them.
  const digits = data.join('');
  if (id === null || !/^([0-9a-f]{2}){0,8}$/i.test(digits)) return null;
  return { id, data: Uint8Array.from(Buffer.from(digits, 'hex')) };
}

/** @returns null for frames with 29-bit ids and for what is malformed. */
export function parseSendElement(words: readonly string[]): CanFrame | null {
  const [idWord, lengthWord, ...data] = words;
  const id = parseId(idWord);
  const length = Number(lengthWord);
  if (id === null || !Number.isInteger(length) || length < 0 || length > 8 || data.length !== length) return null;
  if (!data.every((word) => /^[0-9a-f]{1,2}$/i.test(word))) return null;
  return { id, data: Uint8Array.from(data, (word) => Number.parseInt(word, 16)) };
}
