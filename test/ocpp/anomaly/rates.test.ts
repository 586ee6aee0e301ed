import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom } from '../../support/random.js';
import { nameOf, OBSERVERS, observe } from './rates.js';
import { FAULTS, type Fault, makeSession } from './session.js';

/** The short form of `node scripts/anomaly-rates.mjs`, whose figures stand in ocpp/anomaly/README.md. */
const SESSIONS = 10;
/** A module that counts in whole A hides a drift of 8 % below a limit of 25 A. */
const LEAST_FOUND: Partial<Record<Fault, number>> = { 'drift above': 7 };

test(`no false alarm in ${SESSIONS} normal sessions, whoever looks`, () => {
  for (let seed = 1; seed <= SESSIONS; seed += 1) {
    const session = makeSession(createRandom(seed), null);
    for (const observer of OBSERVERS)
      assert.equal(observe(createRandom(-seed), session, observer), [], `seed ${seed}, ${nameOf(observer)}`);
  }
});

for (const fault of FAULTS)
  test(`the charge point finds ${fault}`, () => {
    const kind = fault.startsWith('drift') ? 'drift' : fault;
    const seeds = Array.from({ length: 10 }, (_, index) => index + 1);
    const found = seeds.filter((seed) => {
      const session = makeSession(createRandom(seed), fault);
      const raised = observe(createRandom(-seed), session, { who: 'charge point' });
      return raised.some((one) => one.kind === kind && one.atS >= (session.faultAtS ?? 0));
    });
    assert.ok(found.length >= (LEAST_FOUND[fault] ?? 10), `found with the seeds ${found.join(', ')}`);
  });

test.run();
