import type { ScriptedPeer } from '../../support/scripted-peer.js';
import { session, startTestServer, type TestServer } from '../api/server.js';

/** A server on which every page has something to show. */
export interface ExampleSite {
  server: TestServer;
  /** AX-1, with a running session on connector 1 and one that ended on connector 2. */
  peer: ScriptedPeer;
  /** Id of the running session. */
  running: number;
  close(): Promise<void>;
}

export async function startExampleSite(): Promise<ExampleSite> {
  const server = await startTestServer();
  await server.api('PUT', '/api/v1/id-tags/A1B2C3D4', { status: 'Accepted' });
  await server.api('POST', '/api/v1/tariffs', { name: 'Day', pricePerKwh: '0.40', taxPercent: '19' });
  await server.api('PUT', '/api/v1/tariff-assignments', { chargePointId: 'AX-1', tariffId: 1 });
  await server.api('POST', '/api/v1/users', { login: 'ada', idTags: ['A1B2C3D4'] });
  await server.api('POST', '/api/v1/charging-profiles', {
    name: 'Night',
    chargingProfilePurpose: 'TxDefaultProfile',
    chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 10 }] },
  });
  const peer = await server.boot('AX-1', 2);
  peer.on('GetConfiguration', { configurationKey: [{ key: 'HeartbeatInterval', readonly: false, value: '300' }] });
  peer.on('ReserveNow', { status: 'Accepted' });
  await peer.call('Authorize', { idTag: 'UNKNOWN1' });
  await session(peer, { idTag: 'A1B2C3D4', connectorId: 2, meterStart: 0, meterStop: 4000 });
  const transactionId = await session(peer, { idTag: 'A1B2C3D4', meterStart: 0 });
  const running: number = (await server.api('GET', '/api/v1/transactions?status=active')).body.items[0].id;
  for (const second of [1, 2, 3])
    await peer.call('MeterValues', {
      connectorId: 1,
      transactionId,
      meterValue: [
        {
          timestamp: new Date(Date.now() + second * 1000).toISOString(),
          sampledValue: [
            { value: String(second * 2), unit: 'Wh' },
            { value: '7360', measurand: 'Power.Active.Import', unit: 'W' },
            { value: '32', measurand: 'Current.Import', unit: 'A' },
          ],
        },
      ],
    });
  await server.api('POST', '/api/v1/charge-points/AX-1/commands/reserve-now', {
    connectorId: 2,
    idTag: 'A1B2C3D4',
    expiryDate: new Date(Date.now() + 3_600_000).toISOString(),
  });
  return {
    server,
    peer,
    running,
    async close() {
      await peer.close();
      await server.close();
    },
  };
}
