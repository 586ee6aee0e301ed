import * as assert from 'uvu/assert';
import { eventually } from '../support/deadline.js';
import { type Bench, CARD } from './harness/bench.js';
import { AUDIBLE_CAN, watchCan } from './harness/can-watch.js';
import { certification } from './harness/certification.js';
import { assertComposite, limitOf, type Period, profile, wholeSecond } from './harness/profiles.js';
import { anyOrder } from './harness/trace.js';

const { certificationCase, run } = certification({ file: { can: AUDIBLE_CAN } });

/** What connector 1 of the bench may give without any profile. */
const HARDWARE_A = 32;

/** A case that hears the CAN bus from its beginning. */
function chargingCase(
  id: string,
  run: (bench: Bench, assertLimit: (limitA: number) => Promise<void>) => Promise<void>,
) {
  certificationCase(id, async (bench) => {
    const can = await watchCan(bench);
    try {
      // What is heard is the CAN bus, not what the state says.
      await run(bench, async (limitA) => {
        const told = (): boolean => can.limitA === limitA;
        await eventually(told, `0x210 says ${limitA} A`);
        const { transaction } = await bench.connector();
        assert.is(transaction?.limitA, limitA);
      });
    } finally {
      can.close();
    }
  });
}

chargingCase('TC_056', async (bench, assertLimit) => {
  const startMs = wholeSecond();
  const periods: Period[] = [
    [0, 10],
    [100, 16],
  ];
  const csChargingProfiles = profile('TxDefaultProfile', periods, { startMs, durationS: 300 });
  await bench.callFor('Accepted', 'SetChargingProfile', { connectorId: 1, csChargingProfiles });
  await bench.charging();
  await assertLimit(10);
  const limit = limitOf(periods, startMs, 300);
  await assertComposite(bench, 350, (ms) => limit(ms) ?? HARDWARE_A);
});

chargingCase('TC_057', async (bench, assertLimit) => {
  const { transactionId } = await bench.charging();
  await assertLimit(HARDWARE_A);
  const startMs = wholeSecond();
  const periods: Period[] = [
    [0, 8],
    [60, 12],
    [120, 9],
  ];
  const csChargingProfiles = profile('TxProfile', periods, { startMs, durationS: 260, transactionId });
  await bench.callFor('Accepted', 'SetChargingProfile', { connectorId: 1, csChargingProfiles });
  await assertLimit(8);
  const limit = limitOf(periods, startMs, 260);
  await assertComposite(bench, 260, (ms) => limit(ms) ?? HARDWARE_A);
});

chargingCase('TC_058_1', async (bench) => {
  const csChargingProfiles = profile('TxProfile', [[0, 8]], { startMs: wholeSecond() });
  await bench.callFor('Rejected', 'SetChargingProfile', { connectorId: 1, csChargingProfiles });
});

chargingCase('TC_058_2', async (bench, assertLimit) => {
  const { transactionId } = await bench.charging();
  const csChargingProfiles = profile('TxProfile', [[0, 8]], {
    startMs: wholeSecond(),
    transactionId: transactionId + 1000,
  });
  await bench.callFor('Rejected', 'SetChargingProfile', { connectorId: 1, csChargingProfiles });
  await assertLimit(HARDWARE_A);
});

chargingCase('TC_059', async (bench, assertLimit) => {
  await bench.plugIn();
  await bench.heard(['Status 1 Preparing']);
  const startMs = wholeSecond();
  const chargingProfile = profile('TxProfile', [[0, 7]], { startMs, stackLevel: 2 });
  await bench.callFor('Accepted', 'RemoteStartTransaction', { idTag: CARD, connectorId: 1, chargingProfile });
  await bench.heard(['Status 1 Preparing', anyOrder(`Start 1 ${CARD}`, 'Status 1 Charging')]);
  await assertLimit(7);
  await assertComposite(bench, 60, () => 7);
});

chargingCase('TC_060', async (bench) => {
  await bench.plugIn();
  await bench.heardAndMark(['Status 1 Preparing']);
  // "The purpose of this ChargingProfile SHALL be set to TxProfile" (1.6 §5.11).
  const chargingProfile = profile('TxDefaultProfile', [[0, 7]], { startMs: wholeSecond() });
  await bench.callFor('Rejected', 'RemoteStartTransaction', { idTag: CARD, connectorId: 1, chargingProfile });
  await bench.heard([], { settleMs: 700 });
});

chargingCase('TC_066', async (bench, assertLimit) => {
  const startMs = wholeSecond();
  const maximum: Period[] = [[0, 10]];
  const byDefault: Period[] = [
    [0, 6],
    [60, 10],
    [120, 8],
    [180, 25],
    [260, 8],
  ];
  const ofTransaction: Period[] = [
    [0, 8],
    [50, 11],
    [140, 16],
    [200, 6],
    [240, 12],
  ];
  const set = (connectorId: number, csChargingProfiles: object) =>
    bench.callFor('Accepted', 'SetChargingProfile', { connectorId, csChargingProfiles });
  await set(0, profile('ChargePointMaxProfile', maximum, { id: 1, startMs, durationS: 86_400 }));
  await set(1, profile('TxDefaultProfile', byDefault, { id: 2, startMs, durationS: 300 }));
  const { transactionId } = await bench.charging();
  await assertLimit(6);
  await set(1, profile('TxProfile', ofTransaction, { id: 3, startMs, durationS: 260, transactionId }));
  await assertLimit(8);
  const tx = limitOf(ofTransaction, startMs, 260);
  const txDefault = limitOf(byDefault, startMs, 300);
  // TxProfile overrules TxDefaultProfile while it says something; the maximum caps both (1.6 §3.13.3).
  await assertComposite(bench, 400, (ms) => Math.min(10, tx(ms) ?? txDefault(ms) ?? HARDWARE_A));
});

chargingCase('TC_067', async (bench, assertLimit) => {
  const startMs = wholeSecond();
  const csChargingProfiles = profile('TxDefaultProfile', [[0, 9]], { id: 67, startMs });
  await bench.callFor('Accepted', 'SetChargingProfile', { connectorId: 1, csChargingProfiles });
  await bench.charging();
  await assertLimit(9);
  await bench.callFor('Unknown', 'ClearChargingProfile', { id: 1067 });
  await bench.callFor('Unknown', 'ClearChargingProfile', { chargingProfilePurpose: 'TxDefaultProfile', stackLevel: 3 });
  await bench.callFor('Accepted', 'ClearChargingProfile', { id: 67 });
  await assertLimit(HARDWARE_A);
  // By the other filters, too.
  await bench.callFor('Accepted', 'SetChargingProfile', { connectorId: 1, csChargingProfiles });
  await assertLimit(9);
  const filter = { connectorId: 1, chargingProfilePurpose: 'TxDefaultProfile', stackLevel: 0 };
  await bench.callFor('Accepted', 'ClearChargingProfile', filter);
  await assertLimit(HARDWARE_A);
});

chargingCase('TC_072', async (bench, assertLimit) => {
  const startMs = wholeSecond();
  const low: Period[] = [
    [0, 6],
    [50, 7],
    [100, 8],
    [200, 10],
  ];
  const high: Period[] = [
    [0, 7],
    [100, 9],
  ];
  const set = (csChargingProfiles: object) =>
    bench.callFor('Accepted', 'SetChargingProfile', { connectorId: 1, csChargingProfiles });
  await set(profile('TxDefaultProfile', low, { id: 1, stackLevel: 0, startMs, durationS: 400 }));
  await set(profile('TxDefaultProfile', high, { id: 2, stackLevel: 1, startMs, durationS: 150 }));
  await bench.charging();
  await assertLimit(7);
  const above = limitOf(high, startMs, 150);
  const below = limitOf(low, startMs, 400);
  await assertComposite(bench, 350, (ms) => above(ms) ?? below(ms) ?? HARDWARE_A);
});

chargingCase('TC_082', async (bench, assertLimit) => {
  await bench.charging();
  await assertLimit(HARDWARE_A);
  const startMs = wholeSecond();
  const set = (limitA: number) =>
    bench.callFor('Accepted', 'SetChargingProfile', {
      connectorId: 0,
      csChargingProfiles: profile('TxDefaultProfile', [[0, limitA]], { startMs }),
    });
  await set(12);
  await assertLimit(12);
  await assertComposite(bench, 60, () => 12);
  // The same id, stack level and purpose replace; 0 A is a pause, and the transaction goes on.
  await set(0);
  await bench.heardAndMark(['Status 1 SuspendedEVSE']);
  assert.is((await bench.connector()).transaction?.idTag, CARD);
  await set(14);
  await bench.heard(['Status 1 Charging']);
  await assertLimit(14);
});

run();
