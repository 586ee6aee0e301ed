// The power-cut test: the machine is killed at random instants of sessions and booted again; the second disk keeps
// exactly what was flushed. In the end csms-lite on the host has every session of the journal exactly once.
import { execFileSync } from 'node:child_process';
import { constants, copyFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../scripts/lib/local.mjs';
import { bootSurely } from './vm.mjs';

/** What one page of csms-lite's list can hold. */
const MOST_SESSIONS = 1000;
/** From the moment the service is up until the power goes. Sessions of the guest's job last 6 to 16 s on a quiet machine. */
const LONGEST_S = 30;
/** A guest that needed longer than this until the service was up gets longer for its sessions, too. */
const QUICK_S = 60;

export async function powerCutTest({ build, work, shares, port, api, runs, row }) {
  const out = join(work, 'out-power');
  const prepared = join(work, 'prepared.ext4');
  const stateDisk = join(work, 'state.ext4');
  copyFileSync(join(build, 'rootfs.ext4'), prepared, constants.COPYFILE_FICLONE);
  execFileSync('truncate', ['-s', '96M', stateDisk]);
  execFileSync('mke2fs', ['-q', '-t', 'ext4', stateDisk]);

  let startedAt = Date.now();
  const seconds = () => (Date.now() - startedAt) / 1000;
  const prepare = `node /srv/test/power-cut-job.mjs prepare ${port}`;
  const first = { build, disk: prepared, keepDisk: true, shares: shares(out), stateDisk, command: prepare };
  const preparation = await (await bootSurely(first, 'prepare')).finished(1_200_000);
  row('power cut', {
    name: 'machine prepared',
    ok: preparation.status === 0,
    detail: preparation.status === 0 ? 'package installed, init done' : `${preparation.err}\n${preparation.console}`,
    seconds: seconds(),
  });
  if (preparation.status !== 0) return;

  const disk = prepared;
  const instants = [];
  for (let run = 1; run <= runs; run += 1) {
    startedAt = Date.now();
    rmSync(join(out, 'up'), { force: true });
    const vm = await bootSurely(
      { build, disk, shares: shares(out), stateDisk, command: 'node /srv/test/power-cut-job.mjs charge' },
      `power cut ${run}`,
    );
    const up = await until('the service is up', () => existsSync(join(out, 'up')) || !vm.alive(), 900_000).catch(
      () => false,
    );
    if (!up || !vm.alive()) {
      const { err, console: text, out: said } = await vm.cut();
      row('power cut', {
        name: `run ${run}`,
        ok: false,
        detail: `the service did not come up: ${err}\n${said}\n${text}`,
        seconds: seconds(),
      });
      // What the cuts before it have done is looked at all the same.
      break;
    }
    const slowness = Math.max(1, seconds() / QUICK_S);
    const afterMs = Math.round(Math.random() * LONGEST_S * slowness * 1000);
    await sleep(afterMs);
    await vm.cut();
    instants.push(afterMs);
    console.log(
      `  power cut ${run}/${runs}: ${(afterMs / 1000).toFixed(1)} s after the service was up (${seconds().toFixed(0)} s)`,
    );
  }

  startedAt = Date.now();
  const drain = { build, disk, shares: shares(out), stateDisk, command: 'node /srv/test/power-cut-job.mjs drain' };
  const last = await (await bootSurely(drain, 'drain')).finished(1_200_000);
  const journalFile = join(out, 'transactions.json');
  if (last.status !== 0 || !existsSync(journalFile)) {
    row('power cut', {
      name: 'everything is delivered after the last cut',
      ok: false,
      detail: `${last.err}\n${last.out}\n${last.console}`,
      seconds: seconds(),
    });
    return;
  }
  const journal = JSON.parse(readFileSync(journalFile, 'utf8'));
  const { status, body } = await api('GET', `/transactions?limit=${MOST_SESSIONS}&chargePointId=POWERCUT`);
  if (status !== 200 || body.total > MOST_SESSIONS)
    throw new Error(`csms-lite answers ${status}: ${JSON.stringify(body).slice(0, 300)}`);
  const verdict = compare(journal, body.items);
  row('power cut', {
    name: `${instants.length} cuts: every session exactly once on both ends`,
    ok: verdict.problems.length === 0 && journal.length > 0,
    detail: `${journal.length} sessions in the journal, ${body.total} at csms-lite; ended: ${verdict.reasons}${verdict.problems.length ? `\n${verdict.problems.join('\n')}` : ''}`,
    seconds: seconds(),
  });
}

/** Sessions of the journal against those of the central system, by transactionId. */
export function compare(journal, central) {
  const problems = [];
  const byId = new Map();
  for (const session of central) {
    const id = String(session.transactionId);
    if (byId.has(id)) problems.push(`csms-lite has transaction ${id} twice`);
    byId.set(id, session);
  }
  const starts = new Set();
  for (const session of central) {
    const key = `${session.connectorId} ${session.startedAt ?? session.startTime}`;
    if (starts.has(key)) problems.push(`two sessions of csms-lite begin at ${key}`);
    starts.add(key);
  }
  const reasons = {};
  for (const session of journal) {
    reasons[session.reason ?? 'open'] = (reasons[session.reason ?? 'open'] ?? 0) + 1;
    const other = byId.get(String(session.transactionId));
    if (other === undefined) {
      problems.push(`session ${session.localId} (${session.transactionId}) is not at csms-lite`);
      continue;
    }
    byId.delete(String(session.transactionId));
    if (session.stoppedAt === null || other.status !== 'completed')
      problems.push(`session ${session.localId} is open (journal ${session.stoppedAt}, csms-lite ${other.status})`);
    if (other.meterStop !== session.meterStopWh)
      problems.push(`session ${session.localId} ended at ${session.meterStopWh} Wh, csms-lite has ${other.meterStop}`);
  }
  for (const id of byId.keys()) problems.push(`csms-lite has a session ${id} that the journal does not know`);
  return {
    problems,
    reasons: Object.entries(reasons)
      .map(([reason, n]) => `${n} ${reason}`)
      .join(', '),
  };
}
