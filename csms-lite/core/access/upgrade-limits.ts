import { isLoopbackHost } from '../loopback.js';
import { type BucketLimits, createTokenBuckets } from './token-bucket.js';

export interface UpgradeLimitOptions {
  /** Refused connections of one address. */
  failures?: BucketLimits;
  /** Refused connections of one address under one charge point id. */
  failuresPerIdentity?: BucketLimits;
  /** Connections of one address, also good ones; not of this machine. */
  attempts?: BucketLimits;
}

/**
 * How often somebody may try to connect as a charge point. What counts is refusals: a fleet behind one address that
 * comes back after an outage is never slowed down, and a guesser cannot lock out the charge point whose id it
 * guesses, because the id is counted per address.
 */
export interface UpgradeLimits {
  /** False: not now; answer 429 without looking any further (no scrypt, no write). */
  admits(remoteAddress: string, identity: string): boolean;
  /** A connection was refused. */
  refused(remoteAddress: string, identity: string): void;
}

const FAILURES: BucketLimits = { burst: 200, perSecond: 2 };
/** A charge point with a wrong password tries every 10 s or slower. */
const FAILURES_PER_IDENTITY: BucketLimits = { burst: 20, perSecond: 0.2 };
const ATTEMPTS: BucketLimits = { burst: 2000, perSecond: 200 };

export function createUpgradeLimits(nowMs: () => number, options: UpgradeLimitOptions = {}): UpgradeLimits {
  const failures = createTokenBuckets(options.failures ?? FAILURES, nowMs);
  const perIdentity = createTokenBuckets(options.failuresPerIdentity ?? FAILURES_PER_IDENTITY, nowMs);
  const attempts = createTokenBuckets(options.attempts ?? ATTEMPTS, nowMs);
  return {
    admits(remoteAddress, identity) {
      if (!isLoopbackHost(remoteAddress) && !attempts.take(remoteAddress)) return false;
      return failures.has(remoteAddress) && perIdentity.has(`${remoteAddress} ${identity}`);
    },
    refused(remoteAddress, identity) {
      failures.take(remoteAddress);
      perIdentity.take(`${remoteAddress} ${identity}`);
    },
  };
}
