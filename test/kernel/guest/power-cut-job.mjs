// In the guest, as root: node power-cut-job.mjs prepare PORT | charge | drain
import { writeFileSync } from 'node:fs';
import { background, connector, control, must, network, sh, sleep, state, tap, until } from './tools.mjs';

const [what, port] = process.argv.slice(2);
network();

if (what === 'prepare') {
  must('DEBIAN_FRONTEND=noninteractive dpkg -i $(ls /srv/packages/*.deb | head -1) 2>&1');
  must(
    `tapwatt init --yes --set csms.url=ws://10.0.2.2:${port}/ocpp --set csms.chargePointId=POWERCUT ` +
      "--set can.interface=vcan0 --set 'gpio.chipLabels=[testboard]' --set journal.checkpointIntervalS=2 " +
      '--set csms.reconnect.maximumS=3 --set ocpp.configuration.MeterValueSampleInterval=2 2>&1',
  );
  must('systemctl disable tapwatt 2>&1; sync');
  process.exit(0);
}

// The SD card: a journalling file system on a disk whose writes are lost unless they were flushed.
must(
  'mount -t ext4 -o data=ordered /dev/vdb /var/lib/tapwatt && chown tapwatt: /var/lib/tapwatt && chmod 700 /var/lib/tapwatt',
);
background('node', ['/srv/test/power-module.mjs'], '/run/power-module.log');
try {
  // A starved guest may need more than one start (the watchdog counts seconds of a clock that it does not get): systemd sees to it.
  must('systemctl start --no-block tapwatt');
  await until(
    'reader, bus and central system',
    async () => {
      const now = await state();
      // Offline the card would be refused until it has been authorised once: no session, nothing to lose.
      return now.reader.health === 'ok' && now.can.health === 'ok' && now.csms.registration === 'Accepted';
    },
    90_000,
  );
} catch (error) {
  console.error(error.message, sh('journalctl -o cat --no-pager -u tapwatt -n 40').stdout);
  process.exit(1);
}
writeFileSync('/out/up', '');

if (what === 'charge') {
  // Sessions, one after the other, until the power goes.
  for (;;) {
    await tap();
    await sleep(3000 + Math.random() * 10_000);
    await tap();
    await sleep(Math.random() * 2000);
  }
}

// drain: what may still be open is ended, what is owed is delivered.
const found = await connector();
if (found.transaction !== null) {
  await tap();
  await until('ended', async () => (await connector()).transaction === null, 60_000);
}
await until('nothing is owed', async () => (await state()).queue.pending === 0, 120_000);
writeFileSync('/out/transactions.json', JSON.stringify(await control('/transactions?limit=10000')));
must('systemctl stop tapwatt; umount /var/lib/tapwatt');
process.exit(0);
