import type { FirebaseStatus } from '../firebase/service.js';
import { isoTime } from './present.js';

/** As `GET /firebase`. */
export type FirebaseView =
  | { configured: false }
  | (Omit<FirebaseStatus, 'lastWriteAtMs' | 'lastError'> & {
      configured: true;
      lastWriteAt: string | null;
      lastError: { at: string; message: string } | null;
    });

/** @param status null: Firebase is not set up */
export function presentFirebase(status: FirebaseStatus | null): FirebaseView {
  if (status === null) return { configured: false };
  const { lastWriteAtMs, lastError, ...rest } = status;
  return {
    configured: true,
    ...rest,
    lastWriteAt: lastWriteAtMs === null ? null : isoTime(lastWriteAtMs),
    lastError: lastError === null ? null : { at: isoTime(lastError.atMs), message: lastError.message },
  };
}
