import type { Clock } from '@tapwatt/hal';
import { TransferError, transferErrorOf } from './errors.js';
import { downloadFtp, uploadFtp } from './ftp.js';
import { downloadHttp, uploadHttp } from './http.js';
import { parseLocation, shownLocation } from './location.js';

export interface TransferOptions {
  clock: Pick<Clock, 'after'>;
  /** Roots that HTTPS and FTPS servers may be signed by, PEM. */
  ca: () => string[];
  uploadMethod: 'auto' | 'PUT' | 'POST';
  /** Default 30 s of silence. */
  idleTimeoutMs?: number;
}

/** How often, from the request. Absent fields are left to the charge point (1.6 §6.25, §6.55; white paper §5.9). */
export interface Repetition {
  /** Retries after the first attempt (errata 3.50). */
  retries: number | undefined;
  retryIntervalS: number | undefined;
  /** An attempt failed and another will be made. */
  onRetry?: (error: TransferError, inS: number) => void;
}

export interface Upload {
  fileName: string;
  type: string;
  body: Buffer;
}

/** Files over HTTP(S) and FTP(S), with retries. Everything it throws is a TransferError. */
export interface Transfer {
  /** Into `file`, resumed where the server allows it. */
  download(location: string, file: string, repetition: Repetition, signal: AbortSignal): Promise<void>;
  upload(location: string, content: Upload, repetition: Repetition, signal: AbortSignal): Promise<void>;
}

const OWN_RETRIES = 2;
const OWN_INTERVAL_S = 5;
const MAXIMUM_RETRIES = 100;
const MAXIMUM_INTERVAL_S = 24 * 3600;

export function createTransfer(options: TransferOptions): Transfer {
  const { ca, clock, idleTimeoutMs = 30_000 } = options;
  const settings = { ca, idleTimeoutMs };

  const repeat = async (
    location: string,
    { retries = OWN_RETRIES, retryIntervalS = OWN_INTERVAL_S, onRetry }: Repetition,
    signal: AbortSignal,
    attempt: (number: number) => Promise<void>,
  ): Promise<void> => {
    const last = Math.min(Math.max(retries, 0), MAXIMUM_RETRIES);
    const waitS = Math.min(Math.max(retryIntervalS, 0), MAXIMUM_INTERVAL_S);
    for (let number = 0; ; number += 1) {
      try {
        await attempt(number);
        return;
      } catch (error) {
        if (signal.aborted) throw given(location);
        const problem = transferErrorOf(error, shownLocation(location));
        if (number >= last || problem.permanent) throw problem;
        onRetry?.(problem, waitS);
        await pause(clock, waitS * 1000, signal);
        if (signal.aborted) throw given(location);
      }
    }
  };

  return {
    download: (text, file, repetition, signal) =>
      repeat(text, repetition, signal, async () => {
        const location = parseLocation(text);
        if (location.scheme === 'http:' || location.scheme === 'https:')
          await downloadHttp(location, file, signal, settings);
        else await downloadFtp(location, file, signal, settings);
      }),
    upload: (text, content, repetition, signal) =>
      repeat(text, repetition, signal, async (number) => {
        const location = parseLocation(text);
        if (location.scheme === 'http:' || location.scheme === 'https:')
          await uploadHttp(location, content, options.uploadMethod, signal, settings);
        else await uploadFtp(location, content, number > 0, signal, settings);
      }),
  };
}

/** Resolves after `ms`, or when `signal` ends the wait. */
export async function pause(clock: Pick<Clock, 'after'>, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      timer.cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = clock.after(ms, done);
    signal.addEventListener('abort', done);
  });
}

function given(location: string): TransferError {
  return new TransferError(
    'failed',
    'Canceled',
    `${shownLocation(location)}: given up`,
    'A newer request replaced it.',
    {
      permanent: true,
    },
  );
}
