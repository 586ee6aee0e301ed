import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { checkTarget, guardedLookup } from './targets.js';

export interface Posting {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
  allowPrivate: boolean;
  timeoutMs: number;
}

/** At most this much of an answer is read; nothing of it is used. */
const MAXIMUM_ANSWER_BYTES = 65_536;

/**
 * Posts once. A redirect is not followed: it is an answer like any other that is not 2xx.
 * @returns the HTTP status
 * @throws Error when there was no answer; TargetRefused when the target is not allowed
 */
export async function post(posting: Posting): Promise<number> {
  const url = new URL(posting.url);
  checkTarget(url, posting.allowPrivate);
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return await new Promise<number>((resolve, reject) => {
    const signal = AbortSignal.timeout(posting.timeoutMs);
    const request = send(
      url,
      {
        method: 'POST',
        headers: { ...posting.headers, 'content-length': String(Buffer.byteLength(posting.body)) },
        signal,
        // No kept connections: each one is checked anew.
        agent: false,
        ...(posting.allowPrivate ? {} : { lookup: guardedLookup() }),
      },
      (response) => {
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > MAXIMUM_ANSWER_BYTES) response.destroy();
        });
        response.on('error', () => {});
        response.on('close', () => resolve(response.statusCode ?? 0));
      },
    );
    request.on('error', (error) =>
      reject(signal.aborted ? new Error(`no answer within ${posting.timeoutMs / 1000} s`) : error),
    );
    request.end(posting.body);
  });
}
