/**
 * As much DER (X.690) as hashing parts of a certificate needs: node:crypto gives names and keys only in other forms, and
 * the hashes of white paper §6.1 are over the very bytes of the certificate.
 */

interface Element {
  tag: number;
  /** First byte of tag, first byte of content, byte after the content. */
  from: number;
  start: number;
  end: number;
}

export interface CertificateParts {
  /** Upper-case hex without leading zeros. */
  serialNumber: string;
  /** DER of the issuer's Name. */
  issuerName: Buffer;
  subjectName: Buffer;
  /** Value of the subjectPublicKey BIT STRING without tag, length and the count of unused bits (RFC 6960 §4.1.1). */
  publicKey: Buffer;
}

const INTEGER = 0x02;
const BIT_STRING = 0x03;
const SEQUENCE = 0x30;
const VERSION = 0xa0;

/** @throws RangeError when the bytes are no certificate (RFC 5280 §4.1) */
export function certificateParts(der: Buffer): CertificateParts {
  const [tbs] = children(der, expect(elementAt(der, 0), SEQUENCE));
  const fields = children(der, expect(tbs, SEQUENCE));
  if (fields[0]?.tag === VERSION) fields.shift();
  const [serial, , issuer, , subject, keyInfo] = fields;
  const [, bits] = children(der, expect(keyInfo, SEQUENCE));
  const key = expect(bits, BIT_STRING);
  const number = expect(serial, INTEGER);
  const bytes = (element: Element | undefined): Buffer => {
    const { from, end } = expect(element, SEQUENCE);
    return der.subarray(from, end);
  };
  return {
    serialNumber: der
      .toString('hex', number.start, number.end)
      .replace(/^0+(?=.)/, '')
      .toUpperCase(),
    issuerName: bytes(issuer),
    subjectName: bytes(subject),
    publicKey: der.subarray(key.start + 1, key.end),
  };
}

function elementAt(der: Buffer, from: number): Element {
  const tag = der.readUInt8(from);
  const first = der.readUInt8(from + 1);
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  if (lengthBytes > 4) throw new RangeError('a DER length of more than four bytes');
  const start = from + 2 + lengthBytes;
  const length = lengthBytes === 0 ? first : der.readUIntBE(from + 2, lengthBytes);
  const end = start + length;
  if (end > der.length) throw new RangeError('DER ends in the middle of an element');
  return { tag, from, start, end };
}

function children(der: Buffer, parent: Element): Element[] {
  const found: Element[] = [];
  for (let from = parent.start; from < parent.end; ) {
    const element = elementAt(der, from);
    found.push(element);
    from = element.end;
  }
  return found;
}

function expect(element: Element | undefined, tag: number): Element {
  if (element?.tag !== tag) throw new RangeError(`DER tag ${tag} expected`);
  return element;
}
