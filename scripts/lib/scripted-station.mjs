// A charge point that says over a real connection what it is told to say: sessions of earlier today, a fault.
import { once } from 'node:events';
import { WebSocket } from 'ws';

export async function connectStation(ocppUrl, identity) {
  const socket = new WebSocket(`${ocppUrl}/${identity}`, ['ocpp1.6']);
  await once(socket, 'open');
  let sequence = 0;
  const call = async (action, payload) => {
    sequence += 1;
    const id = `${identity}-${sequence}`;
    socket.send(JSON.stringify([2, id, action, payload]));
    for (;;) {
      const [data] = await once(socket, 'message');
      const [kind, answered, ...rest] = JSON.parse(String(data));
      if (answered !== id) continue;
      if (kind !== 3) throw new Error(`${action}: ${JSON.stringify(rest)}`);
      return rest[0];
    }
  };
  await call('BootNotification', { chargePointVendor: 'Example', chargePointModel: 'Wallbox' });
  return {
    call,
    /** A session that began `agoMinutes` ago. */
    async session({ connectorId, idTag, agoMinutes, minutes, energyWh, reason }) {
      const startedMs = Date.now() - agoMinutes * 60_000;
      const time = (minute) => new Date(startedMs + minute * 60_000).toISOString();
      const start = { connectorId, idTag, meterStart: 0, timestamp: time(0) };
      const { transactionId } = await call('StartTransaction', start);
      for (let minute = 5; minute < minutes; minute += 5) {
        const sampledValue = [{ value: String(Math.round((energyWh * minute) / minutes)), unit: 'Wh' }];
        await call('MeterValues', {
          connectorId,
          transactionId,
          meterValue: [{ timestamp: time(minute), sampledValue }],
        });
      }
      await call('StopTransaction', { transactionId, idTag, meterStop: energyWh, timestamp: time(minutes), reason });
    },
    close: () => socket.close(),
  };
}
