import type { FastifyReply, FastifyRequest } from 'fastify';

/** `dark` or `light` where the viewer has chosen: told by a cookie so that the page does not flash. */
export function themeOf(request: FastifyRequest): 'light' | 'dark' | null {
  const theme = /(?:^|;\s*)theme=(light|dark)\b/.exec(request.headers.cookie ?? '')?.[1];
  return theme === 'light' || theme === 'dark' ? theme : null;
}

/** HTML that no cache keeps. */
export function sendPage(reply: FastifyReply, html: string): FastifyReply {
  return reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').send(html);
}
