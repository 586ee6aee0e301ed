import { CommandFailed, EXIT } from '../exitCodes.js';
import { alignColumns } from '../style.js';
import { installService, machinePlace, uninstallService } from './install.js';
import { machineRunner, type Runner, requireSystemd, unitState } from './systemctl.js';

export type ServiceAction = 'start' | 'stop' | 'restart' | 'status' | 'install' | 'uninstall';

/** `tapwatt service …`. @throws CommandFailed */
export function serviceCommand(action: ServiceAction, json: boolean, runner: Runner = machineRunner): void {
  requireSystemd(runner);
  if (action === 'status') {
    showState(runner, json);
    return;
  }
  if (process.getuid?.() !== 0)
    throw new CommandFailed(EXIT.permission, `only root may ${action} the service`, `sudo tapwatt service ${action}`);
  switch (action) {
    case 'start':
    case 'stop':
    case 'restart': {
      const status = runner.run('systemctl', [action, 'tapwatt.service']);
      if (status !== 0)
        throw new CommandFailed(
          EXIT.failed,
          `systemctl ${action} tapwatt ended with status ${status}`,
          'tapwatt logs says why',
        );
      if (json) console.log(JSON.stringify(unitState(runner)));
      return;
    }
    case 'install': {
      const files = installService(machinePlace(runner));
      console.log(json ? JSON.stringify({ installed: files }) : files.join('\n'));
      console.error('Installed. It starts after: sudo tapwatt init && sudo tapwatt service start');
      return;
    }
    case 'uninstall': {
      const files = uninstallService(machinePlace(runner));
      console.log(json ? JSON.stringify({ removed: files }) : files.join('\n'));
      console.error('Removed. /etc/tapwatt, /etc/default/tapwatt* and /var/lib/tapwatt (sessions) are kept.');
      return;
    }
  }
}

/** As `systemctl status`: status 3 there is 1 here, when the service does not run. */
function showState(runner: Runner, json: boolean): void {
  const state = unitState(runner);
  if (json) console.log(JSON.stringify(state));
  else if (!state.loaded) console.log('The service is not installed.');
  else
    console.log(
      alignColumns([
        ['Service', `${state.active}${state.active === 'failed' ? ` (${state.result})` : ''}`],
        ['At boot', state.enabled ? 'starts' : 'does not start: sudo systemctl enable tapwatt'],
        ['Since', state.since === '' ? '–' : state.since],
        ['Restarts', String(state.restarts)],
        ['Process', state.pid === 0 ? '–' : String(state.pid)],
        ['Says', state.text === '' ? '–' : state.text],
      ]).join('\n'),
    );
  if (!state.loaded || state.active !== 'active') process.exitCode = EXIT.failed;
}
