import type { ComponentChild } from 'preact';
import type { ChargePointView } from '../../../api/present.js';
import { ago, toMs } from '../../shared/format.js';
import { loaded, loadProblem, now, stations } from '../live/state.js';
import { PageHead, Problem } from '../parts/basics.js';
import { DemoMark } from '../parts/demo-mark.js';
import { CommandsTab } from './station/commands.js';
import { ConfigurationTab } from './station/configuration.js';
import { FilesTab } from './station/files.js';
import { MessagesTab } from './station/messages.js';
import { Overview } from './station/overview.js';
import { ProfilesTab } from './station/profiles.js';
import { SecurityTab } from './station/security.js';
import { stationHref } from './stations.js';

interface Tab {
  /** In the address; '' is the first one. */
  path: string;
  label: string;
  draw: (station: ChargePointView) => ComponentChild;
}

const TABS: readonly Tab[] = [
  { path: '', label: 'Overview', draw: (station) => <Overview station={station} /> },
  { path: 'messages', label: 'Messages', draw: (station) => <MessagesTab station={station} /> },
  { path: 'commands', label: 'Commands', draw: (station) => <CommandsTab station={station} /> },
  { path: 'configuration', label: 'Configuration', draw: (station) => <ConfigurationTab station={station} /> },
  { path: 'profiles', label: 'Profiles', draw: (station) => <ProfilesTab station={station} /> },
  { path: 'files', label: 'Files', draw: (station) => <FilesTab station={station} /> },
  { path: 'security', label: 'Security', draw: (station) => <SecurityTab station={station} /> },
];

function hardwareOf({ vendor = '', model = '', firmwareVersion, ocppVersion }: ChargePointView): string {
  // Many models repeat their maker's name.
  const hardware = model.startsWith(vendor) ? model : `${vendor} ${model}`.trim();
  return [
    hardware,
    firmwareVersion === undefined ? '' : `firmware ${firmwareVersion}`,
    ocppVersion === null ? '' : `OCPP ${ocppVersion}`,
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

function LinkState({ station }: { station: ChargePointView }) {
  const heard = `heard ${ago(toMs(station.lastSeenAt), now.value)}`;
  if (station.connected) {
    return (
      <span>
        <span class="status live">Online</span> <span class="muted">{heard}</span>
      </span>
    );
  }
  return <span class="pill fault">Offline, {heard}</span>;
}

/** One charge point: what it does, what it said, and everything that can be asked of it. */
export function Station({ id, tab }: { id: string; tab: string }) {
  if (!loaded.value) return <Problem error={loadProblem.value} />;
  const station = stations.value.get(id);
  if (station === undefined) {
    return (
      <div class="panel empty">
        <h1>No charge point {id}</h1>
        <p>
          It has never connected, or it was removed. <a href="/stations">All stations</a>,{' '}
          <a href="/connect">who was turned away</a>.
        </p>
      </div>
    );
  }
  const current = TABS.find((one) => one.path === tab) ?? TABS[0];
  return (
    <>
      <PageHead title={station.displayName ?? station.id} note={hardwareOf(station)}>
        <DemoMark of={station} />
        <LinkState station={station} />
      </PageHead>
      <nav class="tabs" aria-label="Parts of this station">
        {TABS.map(({ path, label }) => (
          <a
            key={path}
            href={stationHref(station.id, path === '' ? undefined : path)}
            aria-current={path === current?.path ? 'page' : undefined}
          >
            {label}
          </a>
        ))}
      </nav>
      {station.connected ? null : (
        <div class="notice">
          <p>This charge point is offline. What it told is kept; commands can be sent when it is connected again.</p>
        </div>
      )}
      {current?.draw(station)}
    </>
  );
}
