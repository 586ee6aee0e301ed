import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { countData } from 'csms-lite/demo-data/demo-store.js';
import { DEMO_CONNECTORS, DEMO_STATIONS } from 'csms-lite/demo-data/network.js';
import { type DemoSession, planDemo } from 'csms-lite/demo-data/plan.js';
import { openStore } from 'csms-lite/store/store.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withDeadline } from '../../support/deadline.js';
import { session, startTestServer } from '../api/server.js';

const bin = fileURLToPath(new URL('../../../../csms-lite/bin/csms-lite.js', import.meta.url));
const NOW_MS = Date.UTC(2026, 10, 21, 12);
const DAY_MS = 86_400_000;

interface Run {
  status: number | null;
  stdout: string;
  stderr: string;
}

function demoData(data: string, ...args: string[]): Promise<Run> {
  const child = spawn(process.execPath, [bin, 'demo-data', '--data', data, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const run: Run = { status: null, stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    run.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    run.stderr += chunk;
  });
  const done = new Promise<Run>((resolve) => child.on('close', (status) => resolve({ ...run, status })));
  return withDeadline(done, 60_000, 'demo-data');
}

function byConnector(sessions: readonly DemoSession[]): DemoSession[][] {
  return DEMO_CONNECTORS.map((connector) =>
    sessions.filter(
      ({ stationId, connectorId }) => stationId === connector.stationId && connectorId === connector.connectorId,
    ),
  );
}

test('a plan: the same for the same seed, another for another', () => {
  const plan = planDemo({ seed: 1, days: 30, nowMs: NOW_MS });
  assert.equal(planDemo({ seed: 1, days: 30, nowMs: NOW_MS }), plan);
  assert.not.equal(planDemo({ seed: 2, days: 30, nowMs: NOW_MS }).sessions, plan.sessions);
});

test('a plan: one session at a time on a connector, registers go on, all of it in the past, none while faulted', () => {
  for (const seed of [1, 2, 3]) {
    const { sessions, statuses, fromMs } = planDemo({ seed, days: 90, nowMs: NOW_MS });
    assert.ok(sessions.length > 500, `${sessions.length} sessions`);
    assert.ok(fromMs >= NOW_MS - 91 * DAY_MS);
    for (const ours of byConnector(sessions))
      for (const [index, one] of ours.entries()) {
        assert.ok(one.startedAtMs < one.stoppedAtMs && one.stoppedAtMs < NOW_MS && one.energyWh >= 0);
        const before = ours[index - 1];
        if (before === undefined) continue;
        assert.ok(before.stoppedAtMs < one.startedAtMs, 'they do not overlap');
        assert.is(one.meterStartWh, before.meterStartWh + before.energyWh, 'the register goes on');
      }
    for (const { stationId, connectorId } of DEMO_CONNECTORS) {
      const ours = statuses.filter((one) => one.stationId === stationId && one.connectorId === connectorId);
      for (const [index, { status, atMs }] of ours.entries()) {
        assert.ok(atMs < NOW_MS);
        if (status === 'Charging') assert.is(ours[index - 1]?.status, 'Preparing');
        if (status === 'Faulted') assert.is(ours[index - 1]?.status, 'Available');
      }
    }
  }
});

test('a plan: weekdays at the office, the ill connector faults most', () => {
  const { sessions, statuses } = planDemo({ seed: 1, days: 90, nowMs: NOW_MS });
  const office = sessions.filter(({ idTag }) => idTag.startsWith('DEMOCOMMUTER'));
  const weekend = office.filter(({ startedAtMs }) => [0, 6].includes(new Date(startedAtMs).getDay()));
  assert.ok(weekend.length * 10 < office.length);
  const faults = DEMO_CONNECTORS.map(
    ({ stationId, connectorId }) =>
      statuses.filter(
        (one) => one.status === 'Faulted' && one.stationId === stationId && one.connectorId === connectorId,
      ).length,
  );
  const ill = DEMO_CONNECTORS.findIndex(({ stationId, connectorId }) => stationId === 'DEMO-3' && connectorId === 2);
  assert.is(faults.indexOf(Math.max(...faults)), ill);
});

test('stored with marks, refused a second time, removed without a trace', async () => {
  const data = mkdtempSync(join(tmpdir(), 'csms-demo-'));
  try {
    const made = await demoData(data, '--days', '14', '--seed', '3', '--json');
    assert.is(made.status, 0, made.stderr);
    const { made: counts } = JSON.parse(made.stdout) as { made: { stations: number; sessions: number } };
    assert.is(counts.stations, DEMO_STATIONS.length);
    assert.ok(counts.sessions > 50);
    const store = await openStore(join(data, 'csms.sqlite'));
    assert.equal(await countData(store, 1), counts);
    assert.equal(await countData(store, 0), { stations: 0, sessions: 0 });
    assert.equal(
      await store.read.selectFrom('tag').select('id_tag').execute(),
      [],
      'nobody can charge with a demo tag',
    );
    const open = await store.read.selectFrom('station').select('id').where('password_hash', 'is', null).execute();
    assert.equal(open, [], 'nobody can connect as a demo charge point');
    await store.close();

    const again = await demoData(data);
    assert.is(again.status, 1);
    assert.match(again.stderr, 'demo_data_exists');
    assert.match(again.stderr, '--remove');

    const removed = await demoData(data, '--remove');
    assert.is(removed.status, 0, removed.stderr);
    const after = await openStore(join(data, 'csms.sqlite'));
    for (const table of ['station', 'tx', 'connector', 'connector_status_log', 'insight'] as const)
      assert.equal(await after.read.selectFrom(table).selectAll().execute(), [], table);
    await after.close();
    assert.match((await demoData(data, '--remove')).stdout, 'There was no demo data.');
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
});

test('beside real data only with --yes; a running server shows the mark everywhere, and the real session stays', async () => {
  const server = await startTestServer();
  try {
    const peer = await server.boot('REAL-1');
    await server.api('PUT', '/api/v1/id-tags/CARD', {});
    const real = await session(peer, { idTag: 'CARD', meterStop: 3000 });
    const refused = await demoData(server.dataDirectory, '--days', '7');
    assert.is(refused.status, 1);
    assert.match(refused.stderr, 'real_data');
    assert.match(refused.stderr, '1 charge points, 1 sessions');
    assert.is((await server.api('GET', '/api/v1/transactions')).body.total, 1, 'nothing was stored');
    assert.is((await demoData(server.dataDirectory, '--days', '7', '--yes')).status, 0);

    const sessions = (await server.api('GET', '/api/v1/transactions?limit=1000')).body.items as {
      id: number;
      demo: boolean;
    }[];
    assert.ok(sessions.length > 20);
    for (const { id, demo } of sessions) assert.is(demo, id !== real);
    const stations = (await server.api('GET', '/api/v1/charge-points?limit=100')).body.items as {
      id: string;
      demo: boolean;
    }[];
    for (const { id, demo } of stations) assert.is(demo, id !== 'REAL-1');
    const csv = String((await server.api('GET', '/api/v1/transactions.csv')).body)
      .trim()
      .split('\r\n');
    const lines = csv.length > 1 ? csv : String(csv[0]).split('\n');
    assert.match(lines[0] ?? '', /,demo$/);
    assert.is(lines.filter((line) => line.endsWith(',Demo data')).length, sessions.length - 1);
    assert.not.match((await server.api('GET', '/status')).body, 'DEMO-', 'drivers are not sent there');
    assert.is((await server.api('GET', '/c/DEMO-1/1')).status, 404);
    const stranger = await server.connect('DEMO-1').then(
      (connected) => connected.close().then(() => 'connected'),
      () => 'refused',
    );
    assert.is(stranger, 'refused');

    assert.is((await demoData(server.dataDirectory, '--remove')).status, 0);
    const left = (await server.api('GET', '/api/v1/transactions')).body;
    assert.equal(
      left.items.map(({ id, energyWh }: { id: number; energyWh: number }) => [id, energyWh]),
      [[real, 2000]],
    );
    assert.is((await server.api('GET', '/api/v1/charge-points')).body.total, 1);
    await peer.close();
  } finally {
    await server.close();
  }
});

test.run();
