/**
 * A Realtime Database that is not ours: the npm package firebase-server, in a process of its own.
 *
 *     node realtime-database-server.js <port> <rules.json | ->        prints {"port"} when it listens
 *
 * What it is told so that today's SDKs work with it: its name is its address, because a client goes on to the host that the
 * greeting names; and firebase-admin's credential for emulators, the word `owner`, is no token but accepted as one. It is
 * then a user whom the rules must let write, as Firebase lets a service account: the root's `.write` says so, all else
 * is the rules file's. It ends when its stdin is closed.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import FirebaseServer from 'firebase-server';

const OWNER = 'owner';
const [portText = '0', rulesFile = '-'] = process.argv.slice(2);

interface RulesFile {
  rules: Record<string, unknown>;
}

function withOwner({ rules }: RulesFile): RulesFile {
  return { rules: { ...rules, '.write': `auth !== null && auth.uid === '${OWNER}'` } };
}

const OPEN: RulesFile = { rules: { '.read': true, '.write': true } };

const http = createServer((_request, response) => response.writeHead(404).end());
http.listen(Number(portText), '127.0.0.1', () => {
  const { port } = http.address() as AddressInfo;
  const server = new FirebaseServer({ server: http }, `127.0.0.1:${port}`);
  const tokens = {
    decode(credential: string) {
      if (credential !== OWNER) throw new Error('not the owner');
      return { user_id: OWNER, provider_id: 'admin', exp: 0, iat: 0 };
    },
  };
  Object.assign(server, { tokenValidator: tokens });
  server.setRules(rulesFile === '-' ? OPEN : withOwner(JSON.parse(readFileSync(rulesFile, 'utf8')) as RulesFile));
  process.stdin.resume();
  process.stdin.on('end', () => process.exit(0));
  process.stdout.write(`${JSON.stringify({ port })}\n`);
});
