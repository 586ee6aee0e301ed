import { type Check, fault, ok, skipped, warning } from '../check.js';

const WORST_SCORE = 2.5;

export const serviceChecks: readonly Check[] = [
  {
    id: 'configuration',
    title: 'Configuration',
    run: ({ config, configProblem }) =>
      config === null
        ? fault(configProblem?.message ?? 'there is none', configProblem?.hint ?? 'sudo tapwatt init')
        : ok(
            `${config.csms.chargePointId}, ${config.connectors.length} connector${config.connectors.length === 1 ? '' : 's'}`,
          ),
  },
  {
    id: 'control-socket',
    title: 'Charge point',
    run({ state, stateProblem }) {
      if (state !== null) {
        const bad = state.threads.filter((thread) => thread.state === 'waiting' || thread.state === 'ended');
        return bad.length === 0
          ? ok('runs')
          : fault(`runs, but ${bad.map(({ name }) => name).join(', ')} keeps ending`, 'tapwatt logs');
      }
      if (stateProblem === 'EACCES')
        return warning(
          'this user may not ask it',
          'sudo usermod -aG tapwatt $USER, then log in again; or sudo tapwatt doctor',
        );
      return warning('does not run', 'sudo systemctl start tapwatt (tapwatt logs says why it ended)');
    },
  },
  {
    id: 'unit',
    title: 'Service',
    async run({ probes }) {
      const answer = await probes.command('systemctl', [
        'show',
        'tapwatt.service',
        '-p',
        'LoadState,UnitFileState,ActiveState,NRestarts',
      ]);
      if (answer === null || answer.status !== 0) return skipped('systemd is not here');
      const value = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(answer.stdout)?.[1] ?? '';
      if (value('LoadState') !== 'loaded')
        return warning('is not installed', 'install the tapwatt package, or: sudo tapwatt service install');
      if (value('UnitFileState') !== 'enabled')
        return warning('does not start at boot', 'sudo systemctl enable tapwatt', ['systemctl', 'enable', 'tapwatt']);
      if (value('ActiveState') === 'failed')
        return fault('has failed', 'tapwatt logs says why; then sudo systemctl restart tapwatt');
      const restarts = Number(value('NRestarts'));
      return restarts > 3
        ? warning(`has been restarted ${restarts} times`, 'tapwatt logs says why')
        : ok(`${value('ActiveState')}, starts at boot`);
    },
  },
  {
    id: 'hardening',
    title: 'Hardening of the service',
    async run({ probes }) {
      const answer = await probes.command('systemd-analyze', ['security', '--no-pager', 'tapwatt.service']);
      const score = Number(/exposure level for \S+: ([\d.]+)/.exec(answer?.stdout ?? '')?.[1]);
      if (Number.isNaN(score)) return skipped('the unit is not loaded');
      if (score <= WORST_SCORE) return ok(`exposure ${score}`);
      return warning(
        `exposure ${score}, more than ${WORST_SCORE}`,
        'a drop-in weakens the unit: systemctl cat tapwatt',
      );
    },
  },
];
