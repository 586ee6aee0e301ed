import { randomBytes } from 'node:crypto';
import type { ChargePointView, CommandView, KnockView, RegisteredView } from '../../api/present.js';
import { createClient } from '../client.js';
import { print, table } from '../output.js';
import type { TalkOptions } from '../program.js';
import { CliError } from '../report.js';

interface List<T> {
  items: T[];
  total: number;
}

function connectorsOf(station: ChargePointView): string {
  return station.connectors.map((c) => `${c.connectorId} ${c.status ?? '?'}`).join(', ');
}

export async function listStations(options: TalkOptions): Promise<void> {
  const { body } = await createClient(options).call<List<ChargePointView>>('GET', '/charge-points?limit=1000');
  print(options.json === true, body, () =>
    table(
      body.items,
      [
        { title: 'ID', value: (s) => s.id },
        { title: 'NAME', value: (s) => s.displayName ?? '' },
        { title: 'LINK', value: (s) => (s.connected ? 'online' : 'offline') },
        { title: 'OCPP', value: (s) => s.ocppVersion ?? '' },
        { title: 'BOOT', value: (s) => s.bootStatus ?? '' },
        { title: 'CONNECTORS', value: connectorsOf },
        { title: 'LAST HEARD', value: (s) => s.lastSeenAt ?? 'never' },
        { title: '', value: (s) => (s.demo ? 'Demo data' : '') },
      ],
      'No charge point yet. Register one with: csms-lite station add <id>',
    ),
  );
}

export async function addStation(
  id: string,
  options: TalkOptions & { name?: string; password?: string },
): Promise<void> {
  const { status, body } = await createClient(options).call<RegisteredView>(
    'PUT',
    `/charge-points/${encodeURIComponent(id)}`,
    {
      ...(options.name === undefined ? {} : { displayName: options.name }),
      ...(options.password === undefined ? {} : { password: options.password }),
    },
  );
  print(options.json === true, body, () => `${body.id} ${status === 201 ? 'registered' : 'updated'}${keyLine(body)}`);
}

/** A key that was made because none was given: this is the only time that it is shown. */
function keyLine({ generatedPassword }: RegisteredView): string {
  return generatedPassword === undefined ? '' : `\nset this as its AuthorizationKey: ${generatedPassword}`;
}

export interface StationChanges {
  name?: string;
  site?: string;
  securityProfile?: number;
  verdict?: string;
  registration?: string;
  registrationInterval?: number;
  block?: boolean;
}

/** Changes what is given and leaves the rest. Never registers one: a misspelt id is told. */
export async function setStation(id: string, options: TalkOptions & StationChanges): Promise<void> {
  const { name, site, securityProfile, verdict, registration, registrationInterval, block } = options;
  const changes = {
    ...(name === undefined ? {} : { displayName: name }),
    ...(site === undefined ? {} : { siteId: site }),
    ...(securityProfile === undefined ? {} : { securityProfile }),
    ...(verdict === undefined ? {} : { verdict }),
    ...(registration === undefined ? {} : { registrationStatus: REGISTRATION.get(registration) }),
    ...(registrationInterval === undefined ? {} : { registrationIntervalS: registrationInterval }),
    ...(block === undefined ? {} : { admission: block ? 'blocked' : 'accepted' }),
  };
  if (Object.keys(changes).length === 0)
    throw new CliError('nothing_to_change', 'Nothing was said to be changed.', 'csms-lite station set --help');
  const client = createClient(options);
  const path = `/charge-points/${encodeURIComponent(id)}`;
  await client.call('GET', path);
  const { body } = await client.call<RegisteredView>('PUT', path, changes);
  print(options.json === true, body, () => `${body.id} changed${keyLine(body)}`);
}

/** As typed, and as OCPP spells it. */
const REGISTRATION = new Map([
  ['accepted', 'Accepted'],
  ['pending', 'Pending'],
  ['rejected', 'Rejected'],
]);

export async function removeStation(id: string, options: TalkOptions): Promise<void> {
  await createClient(options).call('DELETE', `/charge-points/${encodeURIComponent(id)}`);
  print(options.json === true, { id, removed: true }, () => `${id} removed`);
}

export async function listKnocks(options: TalkOptions): Promise<void> {
  const { body } = await createClient(options).call<List<KnockView>>('GET', '/knocks?limit=1000');
  print(options.json === true, body, () =>
    table(
      body.items,
      [
        { title: 'ID', value: (k) => k.chargePointId },
        { title: 'FROM', value: (k) => k.remoteAddress },
        { title: 'REASON', value: (k) => k.reason },
        { title: 'COUNT', value: (k) => String(k.count), right: true },
        { title: 'LAST', value: (k) => k.lastSeenAt },
        { title: 'WHAT TO DO', value: (k) => k.hint },
      ],
      'Nobody was refused.',
    ),
  );
}

export async function acceptStation(id: string, options: TalkOptions & { password?: string }): Promise<void> {
  const client = createClient(options);
  const knocks = (await client.call<List<KnockView>>('GET', '/knocks?limit=1000')).body.items;
  const knock = knocks.find((candidate) => candidate.chargePointId === id);
  if (knock === undefined)
    throw new CliError('knock_not_found', `${id} was not refused.`, 'csms-lite station knocks lists those that were.');
  const { body } = await client.call<RegisteredView>(
    'POST',
    `/knocks/${knock.id}/accept`,
    options.password === undefined ? {} : { password: options.password },
  );
  print(options.json === true, body, () => `${body.id} accepted${keyLine(body)}`);
}

/**
 * Gives a charge point a new Basic-auth password (AuthorizationKey). To one that is connected it is sent, and holds
 * from its next connection on; for any other it is only set here, and has to be typed in there.
 */
export async function setKey(id: string, options: TalkOptions & { key?: string; send?: boolean }): Promise<void> {
  const client = createClient(options);
  const path = `/charge-points/${encodeURIComponent(id)}`;
  // 40 hexadecimal characters: what every charge point takes (security white paper, A00.FR.205).
  const key = options.key ?? randomBytes(20).toString('hex').toUpperCase();
  const { body: station } = await client.call<ChargePointView>('GET', path);
  const isSent = station.connected && options.send !== false;
  if (isSent) {
    const { body: command } = await client.call<CommandView>('POST', `${path}/commands/change-configuration?wait=60`, {
      key: 'AuthorizationKey',
      value: key,
    });
    const status = (command.response as { status?: string } | null)?.status ?? command.error?.code ?? 'no answer';
    if (status !== 'Accepted')
      throw new CliError(
        'key_not_taken',
        `${id} did not take the key: ${status}.`,
        'Set it there by hand and use --no-send.',
      );
  } else await client.call('PUT', path, { password: key });
  print(options.json === true, { id, key, sent: isSent }, () =>
    isSent ? `${id} took the key ${key}` : `${key}\nset here; set it as AuthorizationKey in ${id} too`,
  );
}
