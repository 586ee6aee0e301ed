/** A thread that does what its workerData says: for tests of threads.ts alone. */
import { parentPort, workerData } from 'node:worker_threads';

const port = parentPort;
if (port === null) throw new Error('a worker thread');
const { mode } = workerData as { mode: 'well' | 'throw' | 'exit' | 'spin' | 'silent' | 'addon' };
port.postMessage({ t: 'hello', mode });
const pulse = setInterval(() => port.postMessage({ t: 'alive' }), 100);
port.postMessage({ t: 'alive' });
port.on('message', (message: { t: string }) => {
  if (message.t === 'shutdown') {
    clearInterval(pulse);
    port.close();
  }
});

function misbehave(): void {
  switch (mode) {
    case 'throw':
      throw new Error('thrown on purpose');
    case 'exit':
      process.exit(3);
      break;
    case 'spin':
      for (;;);
    case 'silent':
      clearInterval(pulse);
      break;
    case 'addon':
      void loadAddon();
      break;
    case 'well':
      break;
  }
}

async function loadAddon(): Promise<void> {
  try {
    const { default: Database } = await import('better-sqlite3');
    // The binary is loaded with the first database.
    new Database(':memory:').close();
    port?.postMessage({ t: 'loaded' });
  } catch (error) {
    port?.postMessage({ t: 'refused', message: String(error) });
  }
}

setTimeout(misbehave, 100);
