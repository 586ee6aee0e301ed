/** The current of a site, shared by csms-lite among real charge points, as their own state tells it. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../support/deadline.js';
import { accepted, type Body, startPair } from './harness/pair.js';
import type { ChargePointProcess } from './harness/processes.js';

const test = suite('site limit, tapwatt and csms-lite');

/** What each running session of a charge point may draw, in A, by its own word. */
async function limits(chargePoint: ChargePointProcess): Promise<number[]> {
  const { connectors } = (await chargePoint.get('/state')).body as { connectors: Body[] };
  return connectors.filter((one) => one.transaction !== null).map((one) => one.transaction.limitA);
}

test('32 A for two charge points with three connectors: all, half, a third; and back when one ends', async () => {
  const pair = await startPair('site');
  try {
    await pair.api('PUT', '/sites/garage', { name: 'Garage', limitMa: 32_000 });
    await pair.api('PUT', '/id-tags/CARD', {});
    const one = await pair.chargePoint('GARAGE-1', { connectors: 2 });
    const two = await pair.chargePoint('GARAGE-2');
    for (const id of ['GARAGE-1', 'GARAGE-2']) {
      await accepted(pair, id);
      await pair.api('PUT', `/charge-points/${id}`, { siteId: 'garage' });
    }
    const begin = async (chargePoint: ChargePointProcess, id: string, connectorId: number): Promise<void> => {
      await chargePoint.post('/plug-in', { connectorId });
      const answer = await pair.command(id, 'remote-start', { idTag: 'CARD', connectorId });
      assert.equal(answer, { status: 'Accepted' });
    };
    const shared = (expected: number[], what: string): Promise<unknown> =>
      eventually(
        async () => JSON.stringify([...(await limits(one)), ...(await limits(two))]) === JSON.stringify(expected),
        what,
        90_000,
        200,
      );
    await begin(one, 'GARAGE-1', 1);
    await shared([32], 'the first alone has all');
    await begin(two, 'GARAGE-2', 1);
    await shared([16, 16], 'half each');
    await begin(one, 'GARAGE-1', 2);
    await shared([10.6, 10.6, 10.6], 'a third each');
    await two.post('/plug-out', { connectorId: 1 });
    await shared([16, 16], 'the two that are left have half each');
  } finally {
    await pair.close();
  }
});

test.run();
