import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome } from 'tapwatt/ocpp/outgoing.js';
import { readCertificates } from 'tapwatt/security/certificates.js';
import type { ChargePointCertificates } from 'tapwatt/security/chargePointCertificates.js';
import { createSigning } from 'tapwatt/security/signing.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createCertificateAuthority } from '../../support/certificate-authority.js';
import { eventually } from '../../support/deadline.js';

const authority = createCertificateAuthority('CSMS Root');
test.after(() => authority.dispose());
const HOUR_MS = 3600_000;
const DAY_MS = 24 * HOUR_MS;

/** Signing with a clock that the test moves, and one certificate (valid for 20 days) in use. */
function scene({
  answer = { t: 'answered', payload: { status: 'Accepted' } } as Outcome,
  online = true,
  cpo = 'CPO',
} = {}) {
  const { cert, key } = authority.issueClient('/O=CPO/CN=SN-1');
  const [leaf] = readCertificates(cert) ?? [];
  if (leaf === undefined) throw new Error('no certificate');
  let nowMs = leaf.notBeforeMs + HOUR_MS;
  let tick: () => void = () => {};
  let nextValidAtMs: number | null = null;
  const requests: string[] = [];
  const awaited: string[] = [];
  const told: string[] = [];
  let due = 0;
  const certificates: ChargePointCertificates = {
    awaitCertificate: (privateKey) => void awaited.push(privateKey),
    accept: () => ({ ok: false, reason: 'not here' }),
    usable: () => [{ leaf, chain: cert, key }],
    nextValidAtMs: () => nextValidAtMs,
    prune: () => {},
  };
  const signing = createSigning({
    clock: {
      after: (_ms, action) => {
        tick = action;
        return { cancel: () => {} };
      },
    },
    nowMs: () => nowMs,
    certificates,
    commonName: 'SN-1',
    organisation: () => cpo,
    isOnline: () => online,
    request: async (_action, { csr }) => {
      requests.push(csr);
      return answer;
    },
    certificateDue: () => {
      due += 1;
    },
    tell: (type) => void told.push(type),
    failed: (error) => {
      throw error;
    },
  });
  signing.start();
  return {
    signing,
    requests,
    awaited,
    told,
    due: () => due,
    setNextValid: (atMs: number | null) => {
      nextValidAtMs = atMs;
    },
    now: () => nowMs,
    /** Lets time pass and the hourly look happen. */
    pass: (ms: number) => {
      nowMs += ms;
      tick();
    },
  };
}

test('A03.FR.02: renewal when a third of a short life is left, once a day', async () => {
  const { pass, requests, awaited } = scene();
  pass(DAY_MS);
  await sleep(20);
  assert.is(requests.length, 0, 'not yet');
  pass(13 * DAY_MS);
  await eventually(() => requests.length === 1, 'the request');
  assert.is(awaited.length, 1, 'its key is kept before it is sent');
  pass(HOUR_MS);
  await sleep(50);
  assert.is(requests.length, 1, 'not again within a day');
  pass(DAY_MS);
  await eventually(() => requests.length === 2, 'the next day');
});

test('no renewal while offline, or without CpoName (A02 prerequisite)', async () => {
  for (const options of [{ online: false }, { cpo: '' }]) {
    const { pass, requests, signing } = scene(options);
    pass(19 * DAY_MS);
    await sleep(20);
    assert.is(requests.length, 0);
    assert.is(signing.isPossible, options.cpo !== '');
  }
});

test('a request that the central system refuses is told', async () => {
  const { signing, told } = scene({ answer: { t: 'answered', payload: { status: 'Rejected' } } });
  signing.begin();
  await eventually(() => told.length > 0, 'an event');
  assert.equal(told, ['CertificateRefused']);
});

test('A02.FR.08: a certificate that was kept for later is switched to when its time has come', () => {
  const { pass, setNextValid, due, now } = scene();
  setNextValid(now() + 2 * HOUR_MS);
  pass(0);
  pass(HOUR_MS);
  assert.is(due(), 0);
  setNextValid(null);
  pass(HOUR_MS);
  assert.is(due(), 1);
});

test.run();
