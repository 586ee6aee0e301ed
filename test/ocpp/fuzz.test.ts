import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom, type Random } from '../support/random.js';
import { startScriptedCentralSystem } from '../support/scripted-central-system.js';
import { connectScriptedChargePoint } from '../support/scripted-charge-point.js';
import { connectOurs, startServer } from './fixture.js';

/** FUZZ_SEED=… replays a failing run. */
const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000);
const FRAMES = 1500;

const SEEDS = [
  '[2,"id","StartTransaction",{"connectorId":1,"idTag":"A","meterStart":0,"timestamp":"2030-01-01T00:00:00Z"}]',
  '[2,"id","MeterValues",{"connectorId":1,"meterValue":[{"timestamp":"2030-01-01T00:00:00Z","sampledValue":[{"value":"1"}]}]}]',
  '[2,"id","SetChargingProfile",{"connectorId":1,"csChargingProfiles":{"chargingSchedule":{"chargingSchedulePeriod":[{"limit":0.3}]}}}]',
  '[3,"id",{"currentTime":"2030-01-01T00:00:00Z"}]',
  '[4,"id","GenericError","",{}]',
  '[2,"id","DataTransfer",{"vendorId":"v","data":"\\ud83d\\ude00"}]',
];
const SCRAPS = [
  'null',
  '[]',
  '{}',
  '"',
  '\\',
  '-1',
  '1e999',
  '0x',
  '\u0000',
  '\ud800',
  '"__proto__"',
  '[[[[',
  '}}',
  ',,',
  ' ',
  '2',
  '"Heartbeat"',
];

function mutate(random: Random): string {
  let text = random.pick(SEEDS).replace('id', `f${random.integer(0, 1e9)}`);
  for (let times = random.integer(0, 4); times > 0; times -= 1) {
    const at = random.integer(0, text.length);
    const to = Math.min(text.length, at + random.integer(0, 12));
    switch (random.integer(0, 3)) {
      case 0:
        text = text.slice(0, at) + text.slice(to);
        break;
      case 1:
        text = text.slice(0, at) + random.pick(SCRAPS) + text.slice(to);
        break;
      case 2:
        text = text.slice(0, at) + text.slice(at, to) + text.slice(at);
        break;
      default:
        text = text.slice(0, at) + String.fromCharCode(random.integer(0, 0xd7ff)) + text.slice(to);
    }
  }
  return text;
}

/** Answers are CALLRESULT or CALLERROR with as many elements as 1.6-J §4.2 says; a CALLERROR's code is of table 7. */
function assertLawful(text: string): void {
  const message = JSON.parse(text) as unknown[];
  if (message[0] === 3) assert.is(message.length, 3, text);
  else assert.equal([message[0], message.length], [4, 5], text);
  if (message[0] === 4)
    assert.match(
      String(message[2]),
      /^(NotImplemented|NotSupported|InternalError|ProtocolError|FormationViolation|PropertyConstraintViolation|OccurenceConstraintViolation|TypeConstraintViolation|GenericError)$/,
    );
}

for (const verdict of ['strict', 'warn'] as const) {
  test(`server, ${verdict}: ${FRAMES} mutated frames (seed ${seed})`, async () => {
    const random = createRandom(seed);
    const { url, stop } = await startServer({ settings: { verdict } });
    const peer = await connectScriptedChargePoint({ url, identity: 'CP1' });
    for (let frame = 0; frame < FRAMES; frame += 1) peer.sendRaw(mutate(random));
    const { currentTime } = await peer.call('Heartbeat', {}, { messageId: 'alive', withinMs: 20_000 });
    assert.ok(currentTime);
    for (const { direction, text } of peer.frames) if (direction === 'in') assertLawful(text);
    peer.drop();
    await stop();
  });

  test(`charge point, ${verdict}: ${FRAMES} mutated frames (seed ${seed})`, async () => {
    const random = createRandom(seed + 1);
    const central = await startScriptedCentralSystem({ ordinary: true });
    const { connection } = await connectOurs(central.url, { verdict });
    const station = await central.nextConnection();
    for (let frame = 0; frame < FRAMES; frame += 1) station.sendRaw(mutate(random));
    assert.equal(await station.call('ClearCache', {}, { messageId: 'alive', withinMs: 20_000 }), {
      status: 'Accepted',
    });
    assert.ok(await connection.call('Heartbeat', {}));
    for (const { direction, message, text } of station.frames)
      if (direction === 'in' && Array.isArray(message) && message[0] !== 2) assertLawful(text);
    await connection.close();
    await central.stop();
  });
}

test.run();
