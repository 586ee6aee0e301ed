import type { ComponentChild } from 'preact';
import { Access } from './pages/access.js';
import { Alarms } from './pages/alarms.js';
import { Audit } from './pages/audit.js';
import { Connect } from './pages/connect.js';
import { Energy } from './pages/energy.js';
import { Insights } from './pages/insights.js';
import { LocalLists } from './pages/local-lists.js';
import { Messages } from './pages/messages.js';
import { Now } from './pages/now.js';
import { Profiles } from './pages/profiles.js';
import { Reservations } from './pages/reservations.js';
import { Session } from './pages/session.js';
import { Sessions } from './pages/sessions.js';
import { Settings } from './pages/settings.js';
import { Station } from './pages/station.js';
import { Stations } from './pages/stations.js';
import { System } from './pages/system.js';
import { Tags } from './pages/tags.js';
import { Tariffs } from './pages/tariffs.js';
import { User } from './pages/user.js';
import { Users } from './pages/users.js';
import { Webhooks } from './pages/webhooks.js';

/** The page that belongs to a path, and its title. */
export function pageAt(path: string): { title: string; page: ComponentChild } {
  const [, area, thing, part = ''] = path.split('/');
  if (thing !== undefined) {
    const id = decodeURIComponent(thing);
    if (area === 'sessions') return { title: `Session ${id}`, page: <Session key={id} id={id} /> };
    if (area === 'users') return { title: `User ${id}`, page: <User key={id} id={id} /> };
    if (area === 'stations') return { title: id, page: <Station key={id} id={id} tab={part} /> };
  }
  switch (path) {
    case '/alarms':
      return { title: 'Alarms', page: <Alarms /> };
    case '/stations':
      return { title: 'Stations', page: <Stations /> };
    case '/sessions':
      return { title: 'Sessions', page: <Sessions /> };
    case '/tags':
      return { title: 'Tags', page: <Tags /> };
    case '/messages':
      return { title: 'Messages', page: <Messages /> };
    case '/connect':
      return { title: 'Connect', page: <Connect /> };
    case '/insights':
      return { title: 'Insights', page: <Insights /> };
    case '/users':
      return { title: 'Users and wallets', page: <Users /> };
    case '/tariffs':
      return { title: 'Tariffs', page: <Tariffs /> };
    case '/energy':
      return { title: 'Energy limit', page: <Energy /> };
    case '/local-lists':
      return { title: 'Local lists', page: <LocalLists /> };
    case '/profiles':
      return { title: 'Charging profiles', page: <Profiles /> };
    case '/reservations':
      return { title: 'Reservations', page: <Reservations /> };
    case '/audit':
      return { title: 'Audit log', page: <Audit /> };
    case '/access':
      return { title: 'Access', page: <Access /> };
    case '/webhooks':
      return { title: 'Webhooks', page: <Webhooks /> };
    case '/system':
      return { title: 'System', page: <System /> };
    case '/settings':
      return { title: 'Settings', page: <Settings /> };
    default:
      return { title: 'Now', page: <Now /> };
  }
}
