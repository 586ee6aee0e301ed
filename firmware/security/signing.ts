import type { Clock, Timer } from '@tapwatt/hal';
import type { Outcome } from '../ocpp/outgoing.js';
import type { ChargePointCertificates } from './chargePointCertificates.js';
import { createSigningRequest } from './csr.js';

export interface SigningOptions {
  clock: Pick<Clock, 'after'>;
  nowMs: () => number;
  certificates: ChargePointCertificates;
  /** CN. */
  commonName: string;
  /** CpoName; empty when it was never set. */
  organisation: () => string;
  isOnline: () => boolean;
  request: (action: 'SignCertificate', payload: { csr: string }) => Promise<Outcome>;
  /** A certificate that was kept for later has become valid. */
  certificateDue: () => void;
  tell: (type: string, message: string) => void;
  failed: (error: unknown, doing: string) => void;
}

/** Asks for a new charge point certificate, when told to (A02) and before the one in use expires (A03). */
export interface Signing {
  /** CpoName is set, which A02 demands. */
  readonly isPossible: boolean;
  begin(): void;
  start(): void;
  stop(): void;
}

const LOOK_EVERY_MS = 3600_000;
const MONTH_MS = 30 * 24 * 3600_000;
const DAY_MS = 24 * 3600_000;

export function createSigning(options: SigningOptions): Signing {
  const { clock, certificates } = options;
  let timer: Timer | null = null;
  let running = false;
  let lastRenewalMs = Number.NEGATIVE_INFINITY;
  let dueAtMs: number | null = null;

  const sign = async (): Promise<void> => {
    const { csr, privateKey } = await createSigningRequest(options.commonName, options.organisation());
    certificates.awaitCertificate(privateKey);
    const outcome = await options.request('SignCertificate', { csr });
    if (outcome.t === 'answered' && Reflect.get(outcome.payload, 'status') === 'Accepted')
      options.tell('CertificateRequested', 'A new charge point certificate was asked for');
    // The white paper (A02 error handling) has an operator look at it, not the charge point ask again and again.
    else options.tell('CertificateRefused', 'The central system did not take the certificate signing request');
  };

  const begin = (): void => {
    if (running) return;
    running = true;
    sign()
      .catch((error: unknown) => options.failed(error, 'SignCertificate'))
      .finally(() => {
        running = false;
      });
  };

  /** One month before the end (A03.FR.02); of a short-lived certificate, when a third of its life is left. */
  const renewalDue = (): boolean => {
    const [current] = certificates.usable();
    if (current === undefined) return false;
    const { notBeforeMs, notAfterMs } = current.leaf;
    return notAfterMs - options.nowMs() < Math.min(MONTH_MS, (notAfterMs - notBeforeMs) / 3);
  };

  const look = (): void => {
    timer = clock.after(LOOK_EVERY_MS, look);
    try {
      certificates.prune();
      if (dueAtMs !== null && dueAtMs <= options.nowMs()) options.certificateDue();
      dueAtMs = certificates.nextValidAtMs();
      const rested = options.nowMs() - lastRenewalMs > DAY_MS;
      if (!options.isOnline() || options.organisation() === '' || !rested || !renewalDue()) return;
      lastRenewalMs = options.nowMs();
      begin();
    } catch (error) {
      options.failed(error, 'certificates');
    }
  };

  return {
    get isPossible() {
      return options.organisation() !== '';
    },
    begin,
    start() {
      // Registration takes a moment.
      timer = clock.after(60_000, look);
    },
    stop() {
      timer?.cancel();
    },
  };
}
