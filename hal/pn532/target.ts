/** A card as InListPassiveTarget describes it at 106 kbit/s type A (UM0701-02 §7.3.5). */
export interface Target {
  /** The chip's number for it. */
  number: number;
  sensRes: number;
  /** SAK. Bit 5 says that the card speaks ISO 14443-4. */
  selRes: number;
  /** 4, 7 or 10 bytes. The PN532 has taken the cascade tags out. */
  uid: Uint8Array;
  /** Answer to select, its own length first; only from ISO 14443-4 cards with automatic RATS. */
  ats: Uint8Array | null;
}

export type TargetResult = { t: 'none' } | { t: 'target'; target: Target } | { t: 'invalid'; reason: string };

const SAK_ISO_14443_4 = 0x20;

/** @param data the answer to InListPassiveTarget after its code. Only the first target is read: one is asked for. */
export function parseTarget(data: Uint8Array): TargetResult {
  const [count, number, sensHigh, sensLow, selRes, uidLength] = data;
  if (count === undefined) return { t: 'invalid', reason: 'empty answer' };
  if (count === 0) return { t: 'none' };
  if (
    number === undefined ||
    sensHigh === undefined ||
    sensLow === undefined ||
    selRes === undefined ||
    uidLength === undefined
  ) {
    return { t: 'invalid', reason: 'answer ends before the UID' };
  }
  // Single, double and triple size UIDs (ISO 14443-3 §6.5.4); nothing else exists.
  if (uidLength !== 4 && uidLength !== 7 && uidLength !== 10) {
    return { t: 'invalid', reason: `UID of ${uidLength} bytes` };
  }
  const uid = data.slice(6, 6 + uidLength);
  if (uid.length < uidLength) return { t: 'invalid', reason: 'UID is cut off' };

  const atsLength = data[6 + uidLength];
  const hasAts = (selRes & SAK_ISO_14443_4) !== 0 && atsLength !== undefined && atsLength > 0;
  const ats = hasAts ? data.slice(6 + uidLength, 6 + uidLength + atsLength) : null;
  if (ats !== null && ats.length < (atsLength ?? 0)) return { t: 'invalid', reason: 'ATS is cut off' };
  return { t: 'target', target: { number, sensRes: (sensHigh << 8) | sensLow, selRes, uid, ats } };
}

/** Upper-case hex without separators. A 10-byte UID is exactly the 20 characters of an OCPP 1.6 idTag. */
export function uidText(uid: Uint8Array): string {
  return Buffer.from(uid).toString('hex').toUpperCase();
}

/** A 4-byte UID beginning with 08 is made up anew each time the card gets power (ISO 14443-3, RID). */
export function isRandomUid(uid: Uint8Array): boolean {
  return uid.length === 4 && uid[0] === 0x08;
}
