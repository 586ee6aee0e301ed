import type { CurrentReport } from 'tapwatt/anomaly/currentWatch.js';
import { followCurrent } from 'tapwatt/control/client.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import { install, run, untilUp } from '../cli/tapwattProcess.js';

const CARD = 'A1B2C3D4';

test('welded contacts: state and stream say it, the connector is Faulted and stays so when the car has left', async () => {
  const place = install('ws://127.0.0.1:9/ocpp');
  const point = run(place);
  const reports: CurrentReport[] = [];
  const stop = new AbortController();
  try {
    await untilUp(point);
    void followCurrent(place.socket, (report) => reports.push(report), stop.signal);
    await point.post('/tags', { idTag: CARD, status: 'Accepted' });
    await point.post('/plug-in');
    await point.post('/tap', { idTag: CARD });
    await eventually(() => reports.some(({ currentMa }) => (currentMa ?? 0) > 15_000), 'current flows', 30_000);
    assert.equal((await point.connector()).anomalies, []);
    await point.post('/power-module', { mode: 'welded' });
    await point.post('/tap', { idTag: CARD });
    await eventually(async () => (await point.connector()).transaction === null, 'the session has ended');
    await eventually(async () => (await point.connector()).status === 'Faulted', 'Faulted', 60_000);
    const { errorCode, info, anomalies } = await point.connector();
    assert.is(errorCode, 'PowerSwitchFailure');
    assert.match(info ?? '', /A over .* \(threshold 1\.0 A\)/);
    assert.is(anomalies[0]?.kind, 'stuck-on');
    await eventually(() => reports.at(-1)?.anomalies.includes('stuck-on'), 'the stream says it');
    assert.is(reports.at(-1)?.powerOn, false);

    await point.post('/plug-out');
    await eventually(async () => (await point.connector()).anomalies.length === 0, 'no current', 30_000);
    assert.is((await point.connector()).status, 'Faulted', 'nothing says that the contacts have opened');
  } finally {
    stop.abort();
    await point.end();
    place.remove();
  }
});

test.run();
