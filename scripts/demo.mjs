// npm run demo: one whole session, unattended, in under a minute; then what was stored, and the proof.
import { setTimeout as sleep } from 'node:timers/promises';
import { demoPair } from './lib/demo-pair.mjs';
import { DEMO_CARD, until } from './lib/local.mjs';

const CHARGING_S = 15;
const pair = await demoPair({
  name: 'demo',
  extra: 'ocpp: { configuration: { MeterValueSampleInterval: "3" } }\n',
});
const { say, lines, csmsApi, control, connector } = pair;

let failed = false;
try {
  await pair.startCsms();
  say('csms-lite runs and knows one card');
  await pair.startChargePoint();
  say('the charge point is accepted');

  await control('POST', '/meter', { connectorId: 1, energyWh: 1_234_567 });
  const before = await control('POST', '/power-module', { connectorId: 1, mode: 'normal' });
  await control('POST', '/plug-in', { connectorId: 1, currentA: 32 });
  await control('POST', '/tap', { idTag: DEMO_CARD });
  await until('charging', async () => (await connector()).status === 'Charging');
  say('a car is plugged in, the card was tapped, power flows');
  for (let i = 0; i < 3; i += 1) {
    await sleep((CHARGING_S * 1000) / 3);
    const { transaction } = await connector();
    say(`  ${transaction.energyWh} Wh, ${transaction.currentA.toFixed(1)} A of ${transaction.limitA} A`);
  }
  await control('POST', '/tap', { idTag: DEMO_CARD });
  await until('finished', async () => (await connector()).transaction === null);
  await control('POST', '/plug-out', { connectorId: 1 });
  await until('queue empty', async () => (await control('GET', '/state')).queue.pending === 0);
  const after = await control('POST', '/power-module', { connectorId: 1, mode: 'normal' });
  say('the same card again: stopped, and everything is delivered\n');

  const { items } = await csmsApi('GET', '/transactions');
  console.log('The stored transaction:\n');
  console.log(JSON.stringify(items[0], null, 2));
  const sessionWh = items[0].meterStop - items[0].meterStart;
  const moduleWh = after.deliveredWh - before.deliveredWh;
  console.log(`\nEnergy of the session: ${sessionWh} Wh. The power module's own count: ${moduleWh.toFixed(2)} Wh.`);
  if (items.length !== 1 || Math.abs(sessionWh - moduleWh) > 1)
    throw new Error('they differ by more than one Wh, or there is not exactly one session');

  // The message log is written in batches, a moment behind.
  const messages = await until('the message log has the end', async () => {
    const log = await csmsApi('GET', '/charge-points/CP01/messages?limit=100');
    return log.items.some((m) => String(m.text ?? m.frame).includes('"status":"Finishing"')) ? log : null;
  });
  console.log('\nThe OCPP messages (in: from the charge point):\n');
  for (const m of [...messages.items].reverse())
    console.log(`  ${m.at}  ${String(m.direction).padEnd(3)} ${String(m.text ?? m.frame).slice(0, 220)}`);
} catch (error) {
  failed = true;
  console.error(`\nThe demo failed: ${error.message}\n${lines.slice(-40).join('\n')}`);
} finally {
  await pair.end();
}
process.exit(failed ? 1 : 0);
