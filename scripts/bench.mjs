// npm run bench [-- journal|csms|csms-idle|csms-start|csms-sessions|tap|cli|profiles|fuzz|sse|pages …]: every figure with its baseline, ratio and goal, measured in this run.
import { execFile } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { csmsParts } from './bench/csms-rows.mjs';
import { repository } from './lib/local.mjs';

const run = promisify(execFile);
const wanted = process.argv.slice(2);
const rows = [];
const add = (figure, measured, baseline, ratio, goal, met) =>
  rows.push({ figure, measured, baseline, ratio, goal, met: met ? 'yes' : 'NO' });

/** Runs a script of scripts/bench/ in a process of its own and gives the JSON on its last line. */
async function measure(script, ...args) {
  const { stdout } = await run(process.execPath, [join(repository, 'scripts/bench', script), '--json', ...args], {
    maxBuffer: 1 << 26,
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? 'null');
}

const parts = {
  async journal() {
    const { result, baseline, ratio, goal } = await measure('journal.mjs');
    add(
      'journal: durable enqueues per second',
      `${result.perSecond} (median ${result.medianMs.toFixed(2)} ms)`,
      `append + fdatasync ${baseline.perSecond}`,
      ratio.toFixed(2),
      `≥ ${goal}`,
      ratio >= goal,
    );
  },
  ...csmsParts(measure, add),
  async tap() {
    const r = await measure('tap.mjs');
    const ms = (s) => `median ${s.median.toFixed(1)} ms, p99 ${s.p99.toFixed(1)} ms`;
    const own = r.cached.p99 - r.fsync.p99;
    add(
      'tap → CAN START, cached card, LocalPreAuthorize',
      ms(r.cached),
      `fdatasync ${ms(r.fsync)}`,
      `p99 − fsync ${own.toFixed(1)} ms`,
      '≤ 10 ms',
      own <= 10,
    );
    add(
      'tap → CAN START, with Authorize to a local CSMS',
      ms(r.online),
      `cached ${ms(r.cached)}`,
      (r.online.median / r.cached.median).toFixed(2),
      '–',
      true,
    );
    add(
      'tap → CAN START, card in a local list of 10,000',
      ms(r.lists.long),
      `in a list of 10: ${ms(r.lists.short)}`,
      (r.lists.long.median / r.lists.short.median).toFixed(2),
      '≤ 1.1',
      r.lists.long.median / r.lists.short.median <= 1.1,
    );
    add(
      'tapwatt run, 2 connectors, after 10 sessions: memory',
      `${r.resident.toFixed(0)} MB`,
      '–',
      '–',
      '≤ 130 MB',
      r.resident <= 130,
    );
    add('tapwatt run, idle: processor', `${r.idleCpu.toFixed(2)} % of a core`, '–', '–', '≤ 1 %', r.idleCpu <= 1);
  },
  async cli() {
    const r = await measure('cli.mjs');
    const time = ({ wallMs, cpuMs }) => `${wallMs.toFixed(0)} ms (processor ${cpuMs.toFixed(0)} ms)`;
    const compare = (what, figure, mostMs) =>
      add(
        what,
        time(figure),
        `node that does nothing ${time(r.nothing)}`,
        (figure.wallMs / r.nothing.wallMs).toFixed(2),
        `≤ ${mostMs} ms`,
        figure.wallMs <= mostMs,
      );
    compare('tapwatt --help', r.help, 150);
    compare('tapwatt status', r.status, 300);
    add('tapwatt run: start to READY', `${r.readyMs} ms`, '–', '–', '≤ 2000 ms', r.readyMs <= 2000);
    if (r.installedBytes !== null) {
      const megabytes = r.installedBytes / 1e6;
      add('package, installed, without Node', `${megabytes.toFixed(1)} MB`, '–', '–', '≤ 60 MB', megabytes <= 60);
    }
  },
  async profiles() {
    const { composite, small, large } = await measure('profiles.mjs');
    const us = (ms) => `${(ms * 1000).toFixed(1)} µs`;
    add(
      'GetCompositeSchedule, 24 h, 100 profiles',
      `median ${composite.medianMs.toFixed(2)} ms`,
      '–',
      '–',
      '≤ 5 ms',
      composite.medianMs <= 5,
    );
    // Of a tap, only the look-up depends on the length of the list: it may cost a tenth of a millisecond more.
    add(
      'card in a local list of 10,000',
      us(large.lookupMs),
      `of 10: ${us(small.lookupMs)}`,
      `+${us(large.lookupMs - small.lookupMs)}`,
      '≤ +100 µs',
      large.lookupMs - small.lookupMs <= 0.1,
    );
  },
  async fuzz() {
    const { stdout } = await run(
      process.execPath,
      [join(repository, 'scripts/fuzz-charge-point.mjs'), '--frames', '10000', '--json'],
      { maxBuffer: 1 << 26 },
    );
    const { sent, memory, problems } = JSON.parse(stdout.trim().split('\n').at(-1) ?? 'null');
    if (memory === null) return;
    const megabytes = (kb) => `${(kb / 1024).toFixed(0)} MB`;
    add(
      `fuzzed central system, ${sent} frames: memory after`,
      megabytes(memory.afterKb),
      `after the first tenth: ${megabytes(memory.beforeKb)}`,
      memory.ratio.toFixed(3),
      '≤ 1.1, no problem',
      memory.ratio <= 1.1 && problems.length === 0,
    );
  },
  async sse() {
    const r = await measure('sse.mjs');
    const ms = ({ medianMs, p95Ms }) => `median ${medianMs.toFixed(1)} ms, p95 ${p95Ms.toFixed(0)} ms`;
    const percent = (share) => `${(share * 100).toFixed(1)} %`;
    // Judged by what a charge point waits. The share of a core tells how much of it is ours: tabs and load run beside it.
    add(
      `csms-lite: answers with ${r.tabs} open tabs, ${r.eventsPerSecond} events/s`,
      ms(r.busy),
      `without: ${ms(r.quiet)}`,
      `${percent(r.costOfACore)} of a core, median ${r.slower < 0 ? '' : '+'}${percent(r.slower)}`,
      `median ≤ +${percent(r.goal)}`,
      r.slower <= r.goal,
    );
  },
  async pages() {
    const r = await measure('pages.mjs');
    for (const [page, one] of Object.entries(r.pages))
      add(
        `page ${page}: usable from localhost`,
        `${one.usableMs.toFixed(0)} ms (FCP ${one.fcpMs.toFixed(0)}, LCP ${one.lcpMs.toFixed(0)}, TBT ${one.tbtMs.toFixed(0)})`,
        `${one.transferKb.toFixed(0)} kB transferred`,
        `CLS ${one.cls.toFixed(3)}`,
        `≤ ${r.goalMs} ms`,
        one.usableMs <= r.goalMs,
      );
    add(
      'front end of the operator: scripts and styles, gzip',
      `${(r.gzipBytes / 1000).toFixed(1)} kB`,
      '–',
      '–',
      '< 100 kB',
      r.gzipBytes < 100_000,
    );
  },
};

const unknown = wanted.filter((name) => !(name in parts));
if (unknown.length > 0) {
  console.error(`Unknown: ${unknown.join(', ')}. There are: ${Object.keys(parts).join(', ')}`);
  process.exit(2);
}
console.log(`${cpus().length} × ${cpus()[0]?.model}, ${process.arch}, Node ${process.version}`);
for (const [name, part] of Object.entries(parts)) {
  if (wanted.length === 0 || wanted.includes(name)) await part();
}
console.table(rows);
