import { normalMeasurand, sampledValues } from 'tapwatt/ocpp/v16/measurands.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const READING = {
  energyWh: 12345,
  powerW: 11040.4,
  currentMa: [16000, 15950, 0],
  voltageV: [230, 229.96, 231.25],
  temperatureC: 41.57,
  socPercent: 80,
};
const MEASURED = { reading: READING, offeredMa: 16000, context: 'Sample.Periodic' } as const;

function short(list: string, reading = READING): string[] {
  return sampledValues(list, { ...MEASURED, reading }).map(
    ({ measurand, phase, value, unit, location }) =>
      `${measurand}${phase === undefined ? '' : `/${phase}`}=${value} ${unit} ${location}`,
  );
}

test('§7.31, §7.43: values, units, locations; SoC is of the EV, Celcius keeps the spelling of the schema (J errata 2.1)', () => {
  assert.equal(short('Energy.Active.Import.Register,Power.Active.Import,Current.Offered,Temperature,SoC'), [
    'Energy.Active.Import.Register=12345 Wh Outlet',
    'Power.Active.Import=11040 W Outlet',
    'Current.Offered=16 A Outlet',
    'Temperature=41.6 Celcius Body',
    'SoC=80 Percent EV',
  ]);
});

test('§3.16.3: all phases are reported; with a phase in the list only that one', () => {
  assert.equal(short('Current.Import'), [
    'Current.Import/L1=16 A Outlet',
    'Current.Import/L2=15.95 A Outlet',
    'Current.Import/L3=0 A Outlet',
  ]);
  assert.equal(short('Voltage'), [
    'Voltage/L1-N=230 V Outlet',
    'Voltage/L2-N=230 V Outlet',
    'Voltage/L3-N=231.3 V Outlet',
  ]);
  assert.equal(short('Voltage.L1,Voltage.L3-N'), ['Voltage/L1=230 V Outlet', 'Voltage/L3-N=231.3 V Outlet']);
});

test('What is not known is left out; the register stands in when nothing is left (§7.33 wants a value)', () => {
  const bare = { ...READING, currentMa: [], voltageV: [], temperatureC: null, socPercent: null } as never;
  assert.equal(short('SoC,Power.Active.Import', bare), ['Power.Active.Import=11040 W Outlet']);
  assert.equal(short('SoC,Temperature', bare), ['Energy.Active.Import.Register=12345 Wh Outlet']);
});

test('The context is that of the sample', () => {
  const [value] = sampledValues('SoC', { ...MEASURED, context: 'Transaction.End' });
  assert.is(value?.context, 'Transaction.End');
});

test('§3.16.4: only what this charge point measures can be configured', () => {
  const connector = { connectorId: 1, phases: 1, hasLock: true, hasPlugSensor: true };
  const facts = { connectors: [connector], featureProfiles: [], callTimeoutS: 30, indicator: 'none' as const };
  assert.is(normalMeasurand('energy.active.import.REGISTER', facts), 'Energy.Active.Import.Register');
  assert.is(normalMeasurand('voltage.l1', facts), 'Voltage.L1');
  assert.is(normalMeasurand('Voltage.L2', facts), null, 'it has one phase');
  for (const no of ['', 'Frequency', 'Power.Offered', 'Energy.Active.Import.Register.L1', 'Voltage.N', 'Voltage.'])
    assert.is(normalMeasurand(no, facts), null, no);
});

test.run();
