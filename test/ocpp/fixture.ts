import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type Admission,
  type CallHandler,
  type Connection,
  type ConnectionReport,
  type ConnectionSettings,
  type ConnectOptions,
  connectToCentralSystem,
  createOcppServer,
  type FrameRecord,
  type LateAnswer,
  type OcppServer,
  type OcppServerOptions,
  type UpgradeRefusal,
} from '@tapwatt/ocpp';

/** What a connection told its owner. */
export interface Heard {
  reports: ConnectionReport[];
  frames: FrameRecord[];
  late: LateAnswer[];
}

export interface ServerUnderTest {
  server: OcppServer;
  url: string;
  port: number;
  connections: Connection[];
  heard: Heard;
  refusals: UpgradeRefusal[];
  /** TCP connections of the HTTP server, upgraded or not. */
  openSockets(): Promise<number>;
  stop(): Promise<void>;
}

export interface ServerSetup {
  handler?: CallHandler;
  settings?: ConnectionSettings;
  options?: Partial<OcppServerOptions<string>>;
}

export function recorder(): Heard & {
  onReport: (report: ConnectionReport) => void;
  onFrame: (frame: FrameRecord) => void;
  onLateAnswer: (late: LateAnswer) => void;
} {
  const heard: Heard = { reports: [], frames: [], late: [] };
  return {
    ...heard,
    onReport: (report) => heard.reports.push(report),
    onFrame: (frame) => heard.frames.push(frame),
    onLateAnswer: (late) => heard.late.push(late),
  };
}

/** Our server on a free port, with everything it reports. */
export async function startServer({
  handler = ordinaryHandler,
  settings,
  options,
}: ServerSetup = {}): Promise<ServerUnderTest> {
  const connections: Connection[] = [];
  const refusals: UpgradeRefusal[] = [];
  const heard = recorder();
  const server = createOcppServer<string>({
    versions: ['1.6'],
    admit: (): Admission<string> => ({ accept: true, context: 'context', ...settings }),
    onConnection: (connection) => {
      connections.push(connection);
      return { handler, ...heard };
    },
    onRefused: (refusal) => refusals.push(refusal),
    ...options,
  });
  const http = createServer();
  http.on('upgrade', (request, socket, head) => server.handleUpgrade(request, socket, head));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  return {
    server,
    url: `ws://127.0.0.1:${port}/ocpp`,
    port,
    connections,
    heard,
    refusals,
    openSockets: () =>
      new Promise((resolve, reject) => http.getConnections((error, count) => (error ? reject(error) : resolve(count)))),
    stop: async () => {
      await server.close();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

/** Answers what the tests send. */
export const ordinaryHandler: CallHandler = ({ action }) => {
  switch (action) {
    case 'Heartbeat':
      return { currentTime: '2030-01-01T00:00:00Z' };
    case 'BootNotification':
      return { status: 'Accepted', interval: 300, currentTime: '2030-01-01T00:00:00Z' };
    case 'StartTransaction':
      return { transactionId: 1, idTagInfo: { status: 'Accepted' } };
    case 'DataTransfer':
      return { status: 'Accepted' };
    default:
      return {};
  }
};

/** Our charge point end, with everything it reports. */
export async function connectOurs(
  url: string,
  more: Partial<ConnectOptions> = {},
): Promise<{ connection: Connection; heard: Heard }> {
  const heard = recorder();
  const connection = await connectToCentralSystem({
    url,
    identity: 'CP1',
    versions: ['1.6'],
    handler: () => ({ status: 'Accepted' }),
    ...heard,
    ...more,
  });
  return { connection, heard };
}
