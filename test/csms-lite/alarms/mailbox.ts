import { SMTPServer } from 'smtp-server';

export interface ReceivedMail {
  from: string;
  to: string[];
  /** Header fields by lower-case name, unfolded. */
  headers: Record<string, string>;
  /** Decoded. */
  text: string;
}

/** A real mail server on 127.0.0.1 with one user, which keeps what it is given. */
export interface Mailbox {
  readonly port: number;
  readonly mails: ReceivedMail[];
  /** `smtp://ops:se%3Acret@127.0.0.1:port` */
  readonly url: string;
  /** How many of the next mails are refused, with 451. */
  refuse(count: number): void;
  close(): Promise<void>;
}

export const PASSWORD = 'se:cret/ß';

function decode(raw: string): Pick<ReceivedMail, 'headers' | 'text'> {
  const [head = '', ...rest] = raw.split('\r\n\r\n');
  const headers: Record<string, string> = {};
  for (const line of head.replace(/\r\n[ \t]+/g, ' ').split('\r\n')) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const body = rest.join('\r\n\r\n');
  switch (headers['content-transfer-encoding']) {
    case 'base64':
      return { headers, text: Buffer.from(body, 'base64').toString() };
    case 'quoted-printable': {
      const bytes = body
        .replace(/=\r\n/g, '')
        .replace(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
      return { headers, text: Buffer.from(bytes, 'latin1').toString() };
    }
    default:
      return { headers, text: body };
  }
}

export async function openMailbox(port = 0): Promise<Mailbox> {
  const mails: ReceivedMail[] = [];
  let refusing = 0;
  const server = new SMTPServer({
    // On 127.0.0.1 without TLS: csms-lite gives a password away on this machine only.
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: (auth, _session, done) =>
      auth.username === 'ops' && auth.password === PASSWORD
        ? done(null, { user: 'ops' })
        : done(new Error(`no such user or password: ${auth.password}`)),
    onData: (stream, session, done) => {
      let raw = '';
      stream.on('data', (chunk: Buffer) => {
        raw += chunk.toString('latin1');
      });
      stream.on('end', () => {
        if (refusing > 0) {
          refusing -= 1;
          done(Object.assign(new Error('try again later'), { responseCode: 451 }));
          return;
        }
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom === false ? '' : mailFrom.address;
        mails.push({ from, to: rcptTo.map(({ address }) => address), ...decode(raw) });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()));
  const address = server.server.address();
  const actual = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    port: actual,
    mails,
    url: `smtp://ops:${encodeURIComponent(PASSWORD)}@127.0.0.1:${actual}`,
    refuse(count) {
      refusing = count;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
