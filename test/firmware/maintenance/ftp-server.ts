import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createSecureContext, type SecureContextOptions, TLSSocket } from 'node:tls';

/**
 * As much of an FTP server as passive transfers need (RFC 959, 3659): files in memory, one user. With a certificate it is
 * an FTPS server (RFC 4217): nothing but AUTH TLS before TLS, and no data connection without it.
 */
export interface FtpServer {
  readonly port: number;
  readonly files: Map<string, Buffer>;
  /** Commands as they came, without passwords. */
  readonly commands: string[];
  /** Cuts the next data connections of a download after so many bytes. */
  cutAfterBytes: number | null;
  /** STOR and APPE are answered with this code while it is set. */
  refuseStores: number | null;
  stop(): Promise<void>;
}

export async function startFtpServer(tls: SecureContextOptions | null = null): Promise<FtpServer> {
  const credentials = { user: 'cp', password: 's3cret' };
  const secureContext = tls === null ? null : createSecureContext(tls);
  const secured = (socket: Socket): Socket => {
    if (secureContext === null) return socket;
    const encrypted = new TLSSocket(socket, { isServer: true, secureContext });
    encrypted.on('error', () => {});
    return encrypted;
  };
  const files = new Map<string, Buffer>();
  const commands: string[] = [];
  const open = new Set<Socket>();
  const listeners = new Set<Server>();
  const listen = async (server: Server): Promise<number> => {
    listeners.add(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  };
  const track = (socket: Socket): void => {
    open.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => open.delete(socket));
  };

  const control = createServer((socket) => {
    track(socket);
    let user = '';
    let directory = '';
    let offset = 0;
    let data: Promise<Socket> | null = null;
    let channel = socket;
    const isOpen = (): boolean => secureContext === null || channel !== socket;
    const say = (line: string): void => void channel.write(`${line}\r\n`);
    const pathOf = (name: string): string => (name.startsWith('/') ? name.slice(1) : `${directory}${name}`);

    const passive = async (): Promise<number> => {
      const server = createServer();
      const port = await listen(server);
      data = new Promise((resolve) =>
        server.once('connection', (connection) => {
          track(connection);
          resolve(secured(connection));
        }),
      );
      return port;
    };
    const receive = async (name: string, append: boolean): Promise<void> => {
      const connection = await data;
      if (ftp.refuseStores !== null || connection === null) {
        connection?.destroy();
        say(`${ftp.refuseStores ?? 425} Not here`);
        return;
      }
      say('150 Go on');
      const chunks: Buffer[] = [];
      for await (const chunk of connection) chunks.push(chunk as Buffer);
      const before = append ? (files.get(pathOf(name)) ?? Buffer.alloc(0)) : Buffer.alloc(0);
      files.set(pathOf(name), Buffer.concat([before, ...chunks]));
      say('226 Done');
    };
    const send = async (name: string): Promise<void> => {
      const connection = await data;
      const content = files.get(pathOf(name))?.subarray(offset);
      offset = 0;
      if (content === undefined || connection === null) {
        connection?.destroy();
        say('550 No such file');
        return;
      }
      say('150 Here it comes');
      const { cutAfterBytes } = ftp;
      if (cutAfterBytes !== null) {
        ftp.cutAfterBytes = null;
        // The whole part arrives, then the control connection breaks.
        connection.end(content.subarray(0, cutAfterBytes), () => setTimeout(() => socket.destroy(), 500));
        return;
      }
      connection.end(content, () => say('226 Done'));
    };

    const obey = async (verb: string, rest: string): Promise<void> => {
      if (!isOpen() && verb !== 'AUTH' && verb !== 'QUIT') {
        say('534 TLS first');
        return;
      }
      switch (verb) {
        case 'AUTH':
          if (secureContext === null) {
            say('502 Not here');
            return;
          }
          say('234 Go ahead');
          socket.removeListener('data', hear);
          channel = secured(socket);
          channel.on('data', hear);
          return;
        case 'USER':
          user = rest;
          say('331 Password?');
          return;
        case 'PASS':
          say(user === credentials.user && rest === credentials.password ? '230 Come in' : '530 Not logged in');
          return;
        case 'EPSV':
          say(`229 Entering Extended Passive Mode (|||${await passive()}|)`);
          return;
        case 'CWD':
          if (rest === 'missing') {
            say('550 No such directory');
            return;
          }
          directory = `${rest.replace(/\/$/, '')}/`;
          say('250 There');
          return;
        case 'PWD':
          say(`257 "/${directory}"`);
          return;
        case 'MKD':
          say('550 Not allowed');
          return;
        case 'SIZE': {
          const content = files.get(pathOf(rest));
          say(content === undefined ? '550 No such file' : `213 ${content.length}`);
          return;
        }
        case 'REST':
          offset = Number(rest);
          say('350 From there');
          return;
        case 'RETR':
          await send(rest);
          return;
        case 'STOR':
        case 'APPE':
          await receive(rest, verb === 'APPE');
          return;
        case 'QUIT':
          say('221 Bye');
          return;
        case 'FEAT':
          say('211 No features');
          return;
        default:
          say('200 Fine');
      }
    };

    let waiting = '';
    const hear = (chunk: Buffer): void => {
      waiting += chunk.toString('utf8');
      for (let end = waiting.indexOf('\r\n'); end >= 0; end = waiting.indexOf('\r\n')) {
        const line = waiting.slice(0, end);
        waiting = waiting.slice(end + 2);
        const [verb = '', ...rest] = line.split(' ');
        commands.push(verb === 'PASS' ? 'PASS' : line);
        void obey(verb.toUpperCase(), rest.join(' '));
      }
    };
    socket.on('data', hear);
    say('220 Ready');
  });

  const ftp: FtpServer = {
    port: await listen(control),
    files,
    commands,
    cutAfterBytes: null,
    refuseStores: null,
    async stop() {
      for (const socket of open) socket.destroy();
      await Promise.all([...listeners].map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
  return ftp;
}
