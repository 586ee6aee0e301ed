// csms-lite's core and gateway in a process that a test can kill. Arguments: database file, port (0 any), and
// optionally `die-after-write=N`: the process ends itself, as by a power cut, when the answer to the Nth CALL that it
// has handled (all is committed) is about to be sent.
import { createServer } from 'node:http';
import { type AddressInfo, Socket } from 'node:net';
import { openCsms } from 'csms-lite/core/csms.js';

const [databaseFile = '', port = '0', dieArgument = ''] = process.argv.slice(2);
const dieAfter = Number(dieArgument.split('=')[1] ?? 0);

const csms = await openCsms({
  databaseFile,
  acceptUnknownStations: true,
  log: { warn: () => {}, error: console.error },
});
if (dieAfter > 0) {
  // Below everything: the frame's bytes are about to be handed to the operating system.
  let answers = 0;
  const write = Socket.prototype.write;
  Socket.prototype.write = function (this: Socket, ...args: unknown[]): boolean {
    const [chunk] = args;
    if ((typeof chunk === 'string' || Buffer.isBuffer(chunk)) && chunk.includes('[3,"')) {
      answers += 1;
      if (answers >= dieAfter) process.kill(process.pid, 'SIGKILL');
    }
    return Reflect.apply(write, this, args) as boolean;
  } as typeof write;
}
await csms.tags.put('TAG1', {}, 'test');
const http = createServer();
http.on('upgrade', (request, socket, head) => csms.handleUpgrade(request, socket, head));
http.listen(Number(port), '127.0.0.1', () => process.send?.({ port: (http.address() as AddressInfo).port }));
// The test that started us has gone: nothing is left behind.
process.on('disconnect', () => process.exit(0));
