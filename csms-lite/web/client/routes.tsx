import type { ComponentChild } from 'preact';
import { Connect } from './pages/connect.js';
import { Messages } from './pages/messages.js';
import { Now } from './pages/now.js';
import { Session } from './pages/session.js';
import { Sessions } from './pages/sessions.js';
import { Tags } from './pages/tags.js';

/** The page that belongs to a path, and its title. */
export function pageAt(path: string): { title: string; page: ComponentChild } {
  const session = /^\/sessions\/([^/]+)$/.exec(path)?.[1];
  if (session !== undefined) {
    const id = decodeURIComponent(session);
    return { title: `Session ${id}`, page: <Session key={id} id={id} /> };
  }
  switch (path) {
    case '/sessions':
      return { title: 'Sessions', page: <Sessions /> };
    case '/tags':
      return { title: 'Tags', page: <Tags /> };
    case '/messages':
      return { title: 'Messages', page: <Messages /> };
    case '/connect':
      return { title: 'Connect', page: <Connect /> };
    default:
      return { title: 'Now', page: <Now /> };
  }
}
