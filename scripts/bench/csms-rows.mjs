// The rows of `npm run bench` that are about csms-lite.

/** @param measure runs a script of this folder and gives its JSON @param add takes a row of the table */
export function csmsParts(measure, add) {
  const throughput = async (what, goal, ...args) => {
    const r = await measure('csms-throughput.mjs', ...args);
    add(
      `csms-lite: ${what} per second, ${r.sockets} sockets`,
      `${r.csmsPerSecond} (p99 ${r.csmsP99Ms} ms; ${r.csmsCpuUsPerMessage} µs of processor time)`,
      `bare ocpp-rpc, stores nothing ${r.barePerSecond} (${r.bareCpuUsPerMessage} µs)`,
      r.ratio,
      `≥ ${goal}`,
      r.ratio >= goal,
    );
  };
  return {
    async csms() {
      await throughput('MeterValues stored', 0.5, '--sockets', '200');
      await throughput('MeterValues stored', 0.6, '--sockets', '1000');
      await throughput('Heartbeats', 0.6, '--sockets', '1000', '--action', 'Heartbeat');
      const r = await measure('csms-throughput.mjs', '--sockets', '1000', '--rate', '1000', '--seconds', '5');
      add(
        `csms-lite: answer at ${r.rate} MeterValues a second, ${r.sockets} sockets`,
        `median ${r.p50Ms.toFixed(1)} ms, p99 ${r.p99Ms.toFixed(1)} ms`,
        '–',
        '–',
        `p99 ≤ ${r.goalMs} ms`,
        r.p99Ms <= r.goalMs,
      );
    },
    async 'csms-idle'() {
      const r = await measure('csms-idle.mjs');
      add(
        `csms-lite: memory per idle socket, ${r.sockets} in one process`,
        `${r.kbPerSocket.toFixed(1)} kB (all of it ${r.residentMb.toFixed(0)} MB)`,
        '–',
        '–',
        `≤ ${r.goalKb} kB`,
        r.kbPerSocket <= r.goalKb,
      );
    },
    async 'csms-start'() {
      const r = await measure('csms-start.mjs');
      add(
        'npx csms-lite → first BootNotification accepted',
        `${(r.bootMs / 1000).toFixed(2)} s (fastest ${(r.fastestMs / 1000).toFixed(2)} s)`,
        `npx and Node alone ${(r.emptyMs / 1000).toFixed(2)} s`,
        '–',
        `≤ ${r.goalMs / 1000} s`,
        r.bootMs <= r.goalMs,
      );
      add(
        'csms-lite at start: memory',
        `${r.residentMb.toFixed(0)} MB, ${r.firebaseModulesLoaded} modules of firebase`,
        '–',
        '–',
        `≤ ${r.goalMb} MB, 0 modules`,
        r.residentMb <= r.goalMb && r.firebaseModulesLoaded === 0,
      );
    },
    async 'csms-sessions'() {
      const r = await measure('csms-sessions.mjs');
      add(
        `csms-lite: page of ${r.sessions} sessions, ${r.pages.length} pages, the slowest`,
        `${r.slowest.medianMs.toFixed(1)} ms (${r.slowest.filter}, ${r.slowest.place})`,
        '–',
        '–',
        `≤ ${r.goalMs} ms`,
        r.slowest.medianMs <= r.goalMs,
      );
    },
  };
}
