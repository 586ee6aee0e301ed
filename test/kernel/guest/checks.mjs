// In the guest, as root: node checks.mjs CSMS_PORT short|full|package PACKAGE [NEWER SIGNED-UPDATE STRANGE-UPDATE]
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { checkPackageLife } from './package-life.mjs';
import {
  background,
  connector,
  createReport,
  must,
  network,
  relay,
  sh,
  show,
  sleep,
  state,
  tap,
  until,
} from './tools.mjs';

const [csmsPort, extent, current, newer, signed, strange] = process.argv.slice(2);
const check = createReport('/out/results.jsonl');
const base = must('cat /sys/class/gpio/gpiochip*/base');
const journal = () => sh('journalctl -o cat --no-pager -u tapwatt -n 40').stdout;
const version = () => must('dpkg-query -W tapwatt').replace('\t', ' ');
const full = extent === 'full';

network();
background('candump', ['-L', 'vcan0'], '/run/candump.log');
const heard = (id) =>
  (readFileSync('/run/candump.log', 'utf8').match(new RegExp(` ${id}#[0-9A-F]*$`, 'gm')) ?? []).length;

await check('package installs; the unit does not start before init', () => {
  const said = must(`DEBIAN_FRONTEND=noninteractive dpkg -i /srv/packages/${current} 2>&1`);
  if (!/It starts after: sudo tapwatt init/.test(said)) throw new Error(`postinst said: ${said.slice(-400)}`);
  must('systemctl start tapwatt');
  if (show('ActiveState') !== 'inactive' || show('ConditionResult') !== 'no')
    throw new Error(`state ${show('ActiveState')}`);
  return version();
});

background('node', ['/srv/test/power-module.mjs'], '/run/power-module.log');

await check('tapwatt init --yes writes a valid configuration; a second time it refuses', () => {
  must(
    `tapwatt init --yes --set csms.url=ws://10.0.2.2:${csmsPort}/ocpp --set csms.chargePointId=KVM${base} ` +
      "--set can.interface=vcan0 --set 'gpio.chipLabels=[testboard]' --set powerLoss.openTransaction=resume " +
      '--set csms.reconnect.maximumS=5 --set ocpp.configuration.MeterValueSampleInterval=5 2>&1',
  );
  const again = sh('tapwatt init --yes');
  if (again.status !== 1) throw new Error(`second init: status ${again.status}`);
  return 'status 1 the second time';
});

const startedAt = Date.now();
const active = await check('active by notify (READY after hardware and journal)', async () => {
  must('systemctl start tapwatt');
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  if (show('ActiveState') !== 'active') throw new Error(journal());
  await until('a status line', () => show('StatusText') !== '', 20_000);
  return `start returned after ${seconds} s; NotifyAccess=${show('NotifyAccess')}; "${show('StatusText')}"`;
});
if (!active) {
  appendFileSync('/out/log.txt', `${journal()}\n`);
  process.exit(1);
}

await check('csms-lite on the host accepts it; reader, CAN and clock are up', async () => {
  const found = await until(
    'accepted, reader ok, can ok',
    async () => {
      const now = await state();
      return now.csms.registration === 'Accepted' && now.reader.health === 'ok' && now.can.health === 'ok' && now;
    },
    90_000,
  );
  return `reader ${found.reader.health}, can ${found.can.health}`;
});

const life = () => checkPackageLife({ check, base, csmsPort, current, newer, signed, strange });
const leave = () => {
  const log = sh('journalctl -o short-monotonic --no-pager -u tapwatt -u tapwatt-update -u tapwatt-clock').stdout;
  appendFileSync('/out/log.txt', `${log}\n`);
  process.exit(0);
};
if (extent === 'package') {
  await life();
  leave();
}

let localId = null;
await check(`card on the PN532 → session: i2c-bus, socketcan, onoff (sysfs base ${base})`, async () => {
  await tap();
  const seen = await until(
    'charging with current',
    async () => {
      const now = await connector();
      return now.status === 'Charging' && now.transaction?.currentA > 5 && now;
    },
    60_000,
  );
  if (!relay()) throw new Error('the relay line is low');
  for (const id of ['200', '210', '300']) if (heard(id) === 0) throw new Error(`candump heard no 0x${id}`);
  localId = seen.transaction.localId;
  return `${seen.transaction.currentA} A; candump: ${heard('200')}× 200, ${heard('210')}× 210, ${heard('300')}× 300; GPIO17 high; transaction ${seen.transaction.transactionId}`;
});

const sameSession = async () => {
  const now = await until(
    'the session goes on',
    async () => {
      const found = await connector();
      return found.status === 'Charging' && found.transaction?.currentA > 5 && found;
    },
    90_000,
  );
  if (now.transaction.localId !== localId) throw new Error(`session ${localId} became ${now.transaction.localId}`);
  return now;
};

if (full) {
  await check('vcan0 down: power is taken away; up again: the session goes on', async () => {
    must('ip link set vcan0 down');
    await until('relay open', () => !relay(), 20_000, 50);
    const fault = await until(
      'fault',
      async () => {
        const now = await connector();
        return now.errorCode !== 'NoError' && now;
      },
      20_000,
    );
    must('ip link set vcan0 up');
    const now = await until(
      'no fault any more',
      async () => {
        const found = await connector();
        return found.errorCode === 'NoError' && found;
      },
      60_000,
    );
    const after =
      now.transaction?.localId === localId
        ? await sameSession().then(() => 'charging again')
        : `status ${now.status}, transaction ${now.transaction?.localId ?? 'ended'}`;
    return `${fault.errorCode} (${fault.status}) while down; after: ${after}`;
  });
  if ((await connector()).transaction === null) {
    // A fault may end the transaction; the next checks need one.
    await tap();
    localId = (
      await until(
        'a new session',
        async () => {
          const now = await connector();
          return now.transaction?.currentA > 5 && now;
        },
        60_000,
      )
    ).transaction.localId;
  }

  await check('kill -9: relay off at once, unit back, the session goes on', async () => {
    await sameSession();
    const restarts = Number(show('NRestarts'));
    const pid = show('MainPID');
    const t = Date.now();
    must(`kill -9 ${pid}`);
    await until('relay open', () => !relay(), 15_000, 10);
    const offMs = Date.now() - t;
    await until('restarted', () => Number(show('NRestarts')) > restarts && show('ActiveState') === 'active', 90_000);
    const backS = ((Date.now() - t) / 1000).toFixed(1);
    await sameSession();
    return `relay off ${offMs} ms after the kill; active again after ${backS} s; same session`;
  });

  await check('frozen main thread: watchdog, relay off, unit back, the session goes on', async () => {
    const restarts = Number(show('NRestarts'));
    const pid = show('MainPID');
    // The inspector reaches into the live thread: an endless loop there, as a defect would make it.
    must(`kill -USR1 ${pid}`);
    const targets = await until(
      'inspector',
      async () => (await fetch('http://127.0.0.1:9229/json/list')).json(),
      20_000,
    );
    const WebSocket = createRequire('/usr/lib/tapwatt/node_modules/ocpp-rpc/package.json')('ws');
    const socket = new WebSocket(targets[0].webSocketDebuggerUrl);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    const t = Date.now();
    socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression: 'while (true);' } }));
    socket.on('error', () => {});
    await until('relay open', () => !relay(), 90_000, 50);
    const offS = ((Date.now() - t) / 1000).toFixed(1);
    await until('restarted', () => Number(show('NRestarts')) > restarts && show('ActiveState') === 'active', 90_000);
    if (!/watchdog/i.test(sh('journalctl -o cat --no-pager -u tapwatt | grep -i watchdog').stdout))
      throw new Error('the journal says nothing of a watchdog');
    await sameSession();
    return `WatchdogSec=${must('systemctl show -P WatchdogUSec tapwatt')}: relay off after ${offS} s, same session`;
  });
}

await check('systemd-analyze security', () => {
  const said = must('systemd-analyze security --no-pager tapwatt.service | tail -1');
  const score = Number(/: ([\d.]+)/.exec(said)?.[1]);
  if (!(score > 0 && score <= 2.5)) throw new Error(said);
  return String(score);
});

await check('the same card ends the session; stop puts the relay off and exits 0', async () => {
  await sameSession();
  await tap();
  await until('ended', async () => (await connector()).transaction === null, 30_000);
  if (relay()) throw new Error('the relay is still on');
  await until('everything is sent', async () => (await state()).queue.pending === 0, 60_000);
  must('systemctl stop tapwatt');
  return `Result=${show('Result')}, ExecMainStatus=${show('ExecMainStatus')}`;
});

if (full) {
  await check('a wrong configuration: 78, one message with file and line, not started again', async () => {
    const before = readFileSync('/etc/tapwatt/config.yaml', 'utf8');
    const refused = sh('tapwatt config set can.interfce vcan1');
    writeFileSync('/etc/tapwatt/config.yaml', before.replace('relayPin: 17', 'relayPn: 17'));
    const t = sh('systemctl start tapwatt');
    await sleep(6000);
    const status = show('ExecMainStatus');
    const restarts = show('NRestarts');
    writeFileSync('/etc/tapwatt/config.yaml', before);
    must('systemctl reset-failed tapwatt');
    if (t.status === 0 || status !== '78' || restarts !== '0')
      throw new Error(`status ${status}, restarts ${restarts}`);
    const line = /\/etc\/tapwatt\/config\.yaml:\d+:\d+: .*relayPn.*/.exec(journal())?.[0];
    if (line === undefined) throw new Error(`no such line: ${journal()}`);
    return `config set of an unknown key: status ${refused.status}; journal: ${line}`;
  });

  await check('doctor: no ✗ while the charge point runs', async () => {
    must('systemctl start tapwatt');
    await until('up', async () => (await state()).reader.health === 'ok', 60_000);
    const { stdout, status } = sh('tapwatt doctor --json');
    const lines = JSON.parse(stdout).checks;
    const failed = lines.filter((line) => line.level === 'fault');
    if (failed.length > 0) throw new Error(failed.map(({ id, found }) => `${id}: ${found}`).join('; '));
    const count = (level) => lines.filter((line) => line.level === level).length;
    return `status ${status}: ${count('ok')} ✓, ${count('warning')} !: ${lines
      .filter(({ level }) => level === 'warning')
      .map(({ id }) => id)
      .join(', ')}`;
  });

  await life();
}
leave();
