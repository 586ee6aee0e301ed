import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** What came by PUT or POST. */
export interface Upload {
  method: string;
  path: string;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

/** An HTTP server on 127.0.0.1 that hands out files and takes uploads. */
export interface FileServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Path (with its slash) → content; other paths are 404. */
  readonly files: Map<string, Buffer>;
  readonly uploads: Upload[];
  /** Requests for files, in order. */
  readonly requests: string[];
  /** Uploads are refused with this status while it is set. */
  refuseUploads: number | null;
  stop(): Promise<void>;
}

export async function startFileServer(): Promise<FileServer> {
  const files = new Map<string, Buffer>();
  const uploads: Upload[] = [];
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.method === 'PUT' || request.method === 'POST') {
        if (fileServer.refuseUploads !== null) {
          response.writeHead(fileServer.refuseUploads).end();
          return;
        }
        uploads.push({ method: request.method, path, headers: request.headers, body: Buffer.concat(chunks) });
        response.writeHead(201).end();
        return;
      }
      requests.push(path);
      const content = files.get(path);
      if (content === undefined) response.writeHead(404).end();
      else response.writeHead(200, { 'content-length': content.length }).end(content);
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const fileServer: FileServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    files,
    uploads,
    requests,
    refuseUploads: null,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return fileServer;
}
