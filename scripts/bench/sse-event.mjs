/** A session as the server announces it, with other figures each time. */
export function metered(number, sequence) {
  const nowMs = Date.now();
  return {
    type: 'transaction.metered',
    transaction: {
      id: number + 1,
      transactionId: number + 1,
      chargePointId: `SITE-${number}`,
      connectorId: 1,
      idTag: 'A1B2C3D4',
      status: 'active',
      startedAtMs: nowMs - 3_600_000,
      startReceivedAtMs: nowMs - 3_600_000,
      stoppedAtMs: null,
      stopReceivedAtMs: null,
      stopReason: null,
      stopIdTag: null,
      meterStart: 0,
      meterStop: null,
      energyWh: sequence,
      authorization: 'Accepted',
      reservationId: null,
      commandId: null,
      closedBy: null,
      qualityFlags: [],
      revision: 0,
      isDemo: false,
      live: {
        atMs: nowMs,
        energyWh: sequence,
        powerW: 7000 + (sequence % 400),
        currentMa: 30_000 + (sequence % 2000),
        voltageMv: 230_000,
        socPercent: null,
        temperatureMilliC: null,
      },
    },
  };
}
