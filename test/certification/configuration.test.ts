import { setTimeout as sleep } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import { CARD } from './harness/bench.js';
import { certification } from './harness/certification.js';

const { certificationCase, run } = certification();

/** 1.6 §9.1, without those that errata 3.80 made optional. */
const REQUIRED_KEYS = `AuthorizeRemoteTxRequests ClockAlignedDataInterval ConnectionTimeOut ConnectorPhaseRotation
  GetConfigurationMaxKeys HeartbeatInterval LocalAuthorizeOffline LocalPreAuthorize MeterValuesAlignedData
  MeterValuesSampledData MeterValueSampleInterval NumberOfConnectors ResetRetries StopTransactionOnInvalidId
  StopTxnAlignedData StopTxnSampledData SupportedFeatureProfiles TransactionMessageAttempts
  TransactionMessageRetryInterval UnlockConnectorOnEVSideDisconnect`.split(/\s+/);

interface KeyValue {
  key: string;
  readonly: boolean;
  value?: string;
}

certificationCase('TC_019', async (bench) => {
  const all = await bench.call('GetConfiguration', {});
  const keys = all.configurationKey as KeyValue[];
  for (const required of REQUIRED_KEYS)
    assert.ok(
      keys.some(({ key }) => key === required),
      `${required} is missing`,
    );
  assert.is(new Set(keys.map(({ key }) => key)).size, keys.length, 'no key comes twice');
  assert.equal(all.unknownKey ?? [], []);
  assert.is(keys.find(({ key }) => key === 'NumberOfConnectors')?.value, '2');
  assert.is(keys.find(({ key }) => key === 'NumberOfConnectors')?.readonly, true);

  const one = await bench.call('GetConfiguration', { key: ['SupportedFeatureProfiles'] });
  assert.equal(
    (one.configurationKey as KeyValue[]).map(({ key, readonly }) => ({ key, readonly })),
    [{ key: 'SupportedFeatureProfiles', readonly: true }],
  );
  const mixed = await bench.call('GetConfiguration', { key: ['HeartbeatInterval', 'NoSuchKey'] });
  assert.is((mixed.configurationKey as KeyValue[]).length, 1);
  assert.equal(mixed.unknownKey, ['NoSuchKey']);
});

certificationCase('TC_021', async (bench) => {
  await bench.configure({ MeterValueSampleInterval: 17 });
  assert.is(await bench.key('MeterValueSampleInterval'), '17');
  await bench.powerCut();
  await bench.powerBack();
  await bench.online();
  assert.is(await bench.key('MeterValueSampleInterval'), '17', 'the value survives a power cut');
});

certificationCase('TC_040_1', async (bench) => {
  await bench.callFor('NotSupported', 'ChangeConfiguration', { key: 'NoSuchKey', value: '1' });
});

certificationCase('TC_040_2', async (bench) => {
  const before = await bench.key('MeterValueSampleInterval');
  for (const value of ['-1', 'abc', '1.5', ''])
    await bench.callFor('Rejected', 'ChangeConfiguration', { key: 'MeterValueSampleInterval', value });
  assert.is(await bench.key('MeterValueSampleInterval'), before);
  const value = 'Energy.Active.Import.Register,Magic';
  await bench.callFor('Rejected', 'ChangeConfiguration', { key: 'MeterValuesSampledData', value });
  await bench.callFor('Rejected', 'ChangeConfiguration', { key: 'NumberOfConnectors', value: '9' });
});

certificationCase('TC_041', async (bench) => {
  await bench.act('/fault', { connectorId: 1, errorCode: 'GroundFailure', info: 'Test', vendorErrorCode: 'E7' });
  await bench.heard(['Status 1 Faulted GroundFailure']);
  const [fault] = bench.payloads('StatusNotification');
  assert.is(fault?.info, 'Test');
  assert.is(fault?.vendorErrorCode, 'E7');
  // Nobody starts here now.
  await bench.tap(CARD);
  await sleep(500);
  await bench.callFor('Rejected', 'RemoteStartTransaction', { idTag: CARD, connectorId: 1 });
  await bench.act('/clear-fault', { connectorId: 1 });
  await bench.heard(['Status 1 Faulted GroundFailure', 'Status 1 Available']);
});

certificationCase('TC_062', async (bench) => {
  const answer = await bench.call('DataTransfer', { vendorId: 'VENID', messageId: 'MSGID', data: 'Data1' });
  assert.ok(['UnknownVendorId', 'Rejected'].includes(String(answer.status)), JSON.stringify(answer));
});

run();
