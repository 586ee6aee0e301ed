// In the guest: the package after its first installation: upgrade, downgrade, updates over OCPP, the clock, remove, purge.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { control, must, relay, sh, show, state, until } from './tools.mjs';

const version = () => must('dpkg-query -W tapwatt').replace('\t', ' ');
const journal = () => sh('journalctl -o cat --no-pager -u tapwatt -n 40').stdout;

/** The service runs; it has had sessions. In the end the package is purged. */
export async function checkPackageLife({ check, base, csmsPort, current, newer, signed, strange }) {
  /** Those of the journal, once it is open. */
  const sessions = () =>
    until(
      'the journal answers',
      async () => {
        const found = await control('/transactions?limit=1000');
        return Array.isArray(found) && found;
      },
      60_000,
    );
  const before = await sessions();
  await check('upgrade: stopped and started, journal kept, changed conffile kept, no prompt', async () => {
    appendFileSync('/etc/default/tapwatt-can', '# changed by a person\n');
    must(`DEBIAN_FRONTEND=noninteractive dpkg -i /srv/packages/${newer} 2>&1`);
    await until(
      'running again',
      async () => show('ActiveState') === 'active' && (await state()).csms !== undefined,
      60_000,
    );
    const after = await sessions();
    if (JSON.stringify(after) !== JSON.stringify(before))
      throw new Error(`${before.length} sessions before, ${after.length} after`);
    if (!readFileSync('/etc/default/tapwatt-can', 'utf8').includes('changed by a person'))
      throw new Error('conffile replaced');
    return `${version()}, ${after.length} sessions in the journal`;
  });

  await check('downgrade is refused, nothing changed, nothing stopped', () => {
    const pid = show('MainPID');
    const said = sh(`DEBIAN_FRONTEND=noninteractive dpkg -i /srv/packages/${current}`);
    if (said.status === 0) throw new Error('it was installed');
    if (!/Nothing was changed/.test(said.stderr)) throw new Error(said.stderr);
    if (show('MainPID') !== pid) throw new Error('the service was restarted');
    return `${version()}, unit ${show('ActiveState')}`;
  });

  const accepted = () =>
    until('accepted', async () => (await state()).csms.registration === 'Accepted', 90_000).then(() => true);
  const csms = async (method, path, body, type = 'application/json') => {
    const answer = await fetch(`http://10.0.2.2:${csmsPort}/api/v1${path}`, {
      method,
      body,
      headers: { 'content-type': type },
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text);
  };
  /** Uploads a file to csms-lite and sends UpdateFirmware. */
  const update = async (file) => {
    const bytes = readFileSync(`/srv/packages/${file}`);
    const { id } = await csms('POST', `/firmware?name=${file}`, bytes, 'application/octet-stream');
    const body = JSON.stringify({ firmwareId: id, retrieveDate: new Date(Date.now() - 1000).toISOString() });
    return await csms('POST', `/charge-points/KVM${base}/commands/update-firmware?wait=60`, body);
  };
  const helperSaid = (words) => sh('journalctl -o cat --no-pager -u tapwatt-update').stdout.includes(words);

  await check('UpdateFirmware: a strange signature is refused by the root helper, nothing is installed', async () => {
    must('install -m 644 /srv/packages/fleet.pem /etc/tapwatt/update-keys/fleet.pem');
    must('systemctl enable --now tapwatt-update.path 2>&1');
    must(`tapwatt config set maintenance.installCommand "[/usr/lib/tapwatt/bin/install-firmware, '{file}']" 2>&1`);
    must('systemctl restart tapwatt');
    await accepted();
    const before = version();
    await update(strange);
    await until('the helper refuses it', () => helperSaid('has signed it'), 120_000);
    await until('the charge point is told', () => /not installed|InstallVerificationFailed/.test(journal()), 60_000);
    if (version() !== before) throw new Error(`${version()} is installed`);
    if (show('ActiveState') !== 'active') throw new Error(`unit ${show('ActiveState')}`);
    return `${before} still runs`;
  });

  await check('UpdateFirmware: a signed package is installed, the service runs it, the journal is kept', async () => {
    const known = await sessions();
    const before = version();
    await update(signed);
    await until('another version', () => version() !== before, 240_000);
    await until('the helper is done', () => helperSaid('is installed'), 120_000);
    await until('the service runs', async () => show('ActiveState') === 'active' && (await state()) !== null, 120_000);
    await accepted();
    const after = await sessions();
    if (JSON.stringify(after) !== JSON.stringify(known)) throw new Error('the journal is another one');
    const jobs = await until(
      'Installed at csms-lite',
      async () => {
        const { items } = await csms('GET', `/file-jobs?chargePointId=KVM${base}`);
        return items.some(({ status }) => status === 'Installed') && items;
      },
      120_000,
    );
    return `${before} → ${version()}; csms-lite: ${jobs.map(({ status }) => status).join(', ')}`;
  });

  await check(
    'clock.setSystemClock: a wrong clock is set from the central system by a unit with CAP_SYS_TIME alone',
    async () => {
      must('systemctl stop tapwatt');
      must('tapwatt config set clock.trust csms 2>&1; tapwatt config set clock.setSystemClock true 2>&1');
      must('systemctl enable --now tapwatt-clock.path 2>&1');
      const right = Date.now();
      const started = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
      const truth = () => right + (Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) - started) * 1000;
      must('date -s "2024-05-05 05:05:05"');
      must('systemctl start tapwatt');
      await until('the clock is right', () => Math.abs(Date.now() - truth()) < 60_000, 180_000);
      return must('journalctl -o cat --no-pager -u tapwatt-clock | grep "is set" | tail -1');
    },
  );

  await check('remove: stopped, program gone, configuration and sessions kept', () => {
    must('DEBIAN_FRONTEND=noninteractive dpkg -r tapwatt 2>&1');
    for (const path of ['/usr/bin/tapwatt', '/usr/lib/systemd/system/tapwatt.service'])
      if (existsSync(path)) throw new Error(`${path} is there`);
    for (const path of ['/etc/tapwatt/config.yaml', '/var/lib/tapwatt/journal.db'])
      if (!existsSync(path)) throw new Error(`${path} is gone`);
    if (relay()) throw new Error('the relay is on');
  });

  await check('purge without an answer keeps the sessions; with "yes" it deletes them', () => {
    const said = must('DEBIAN_FRONTEND=noninteractive dpkg -P tapwatt 2>&1');
    if (!existsSync('/var/lib/tapwatt/journal.db')) throw new Error('sessions deleted unasked');
    if (existsSync('/etc/tapwatt')) throw new Error('/etc/tapwatt is there');
    must(`DEBIAN_FRONTEND=noninteractive dpkg -i /srv/packages/${newer} 2>&1`);
    must("echo 'tapwatt tapwatt/purge-state boolean true' | debconf-set-selections");
    must('DEBIAN_FRONTEND=noninteractive dpkg -P tapwatt 2>&1');
    if (existsSync('/var/lib/tapwatt')) throw new Error('/var/lib/tapwatt is still there');
    return said.split('\n').find((line) => line.includes('is kept')) ?? '';
  });
}
