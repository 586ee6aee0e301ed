/** A charge point that is held back: Pending, set up by its operator, then let in (1.6 §4.2), with both programs. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../support/deadline.js';
import { accepted, type Body, startPair } from './harness/pair.js';
import type { ChargePointProcess } from './harness/processes.js';

const test = suite('registration, tapwatt and csms-lite');
const ID = 'PENDING-1';

async function registration(chargePoint: ChargePointProcess): Promise<string> {
  return ((await chargePoint.get('/state')).body as Body).csms.registration;
}

test('Pending: it answers, changes its configuration, is not started; accepted at a word, not after the interval', async () => {
  const pair = await startPair('pending');
  try {
    // An interval that no test waits for: only the trigger brings the next boot.
    const held = { registrationStatus: 'Pending', registrationIntervalS: 3600 };
    await pair.api('PUT', `/charge-points/${ID}`, held);
    await pair.api('PUT', '/id-tags/CARD', {});
    const chargePoint = await pair.chargePoint(ID);
    await eventually(
      async () => (await registration(chargePoint)) === 'Pending',
      'it knows that it is pending',
      60_000,
    );
    assert.is((await pair.api('GET', `/charge-points/${ID}`)).bootStatus, 'Pending');

    const change = { key: 'MeterValueSampleInterval', value: '7' };
    assert.equal(await pair.command(ID, 'change-configuration', change), { status: 'Accepted' });
    const { configurationKey } = await pair.command(ID, 'get-configuration', { keys: ['MeterValueSampleInterval'] });
    assert.is(configurationKey[0].value, '7');
    const path = `/api/v1/charge-points/${ID}/commands/remote-start`;
    const refused = await pair.csms.send('POST', path, { idTag: 'CARD', connectorId: 1 });
    assert.equal([refused.status, (refused.body as Body).code], [409, 'charge_point_not_accepted']);

    await pair.api('PUT', `/charge-points/${ID}`, { registrationStatus: 'Accepted' });
    await accepted(pair, ID);
    await eventually(async () => (await registration(chargePoint)) === 'Accepted', 'it knows that it is in', 60_000);
    await chargePoint.post('/plug-in', { connectorId: 1 });
    const start = { idTag: 'CARD', connectorId: 1 };
    assert.equal(await pair.command(ID, 'remote-start', start), { status: 'Accepted' });
    await eventually(
      async () => (await pair.api('GET', `/transactions?chargePointId=${ID}&status=active`)).total === 1,
      'it charges',
      60_000,
    );
  } finally {
    await pair.close();
  }
});

test.run();
