// A process of scripted charge points for csms-throughput.mjs: many sockets, little processor time of its own, so that the
// figure is the server's. Plain TCP with a WebSocket handshake; frames are masked with zeros (RFC 6455 §5.3 asks for a
// mask, and the server has the work of it), answers are only looked at.
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const MEASURANDS = [
  ['Energy.Active.Import.Register', 'Wh'],
  ['Power.Active.Import', 'W'],
  ['Current.Import', 'A'],
  ['Voltage', 'V'],
  ['Temperature', 'Celsius'],
  ['SoC', 'Percent'],
];

/** @param options { url, action, sockets, seconds, warmUp, samples, rate, first } as csms-throughput.mjs has them */
export async function load(options, report) {
  const points = await openPoints(options);
  const stop = options.rate > 0 ? runAtRate(points, options) : runClosed(points, options);
  await sleep(options.warmUp * 1000);
  report({ phase: 'from' });
  for (const point of points) point.measured = [];
  const from = performance.now();
  await sleep(options.seconds * 1000);
  const latencies = points.flatMap((point) => point.measured).sort((a, b) => a - b);
  const seconds = (performance.now() - from) / 1000;
  report({ phase: 'to' });
  await stop();
  const percentile = (p) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * p))] ?? null;
  report({
    answered: latencies.length,
    perSecond: latencies.length / seconds,
    p50Ms: percentile(0.5),
    p99Ms: percentile(0.99),
    maxMs: latencies.at(-1) ?? null,
    total: points.reduce((sum, point) => sum + point.total, 0),
  });
}

/** Connected, booted and, for MeterValues, charging. */
export async function openPoints(options) {
  const points = [];
  // A handful at a time: a fleet that connects at once is not what is measured.
  for (let from = 0; from < options.sockets; from += 20)
    points.push(
      ...(await Promise.all(
        Array.from({ length: Math.min(20, options.sockets - from) }, (_, n) =>
          openPoint(options, `BENCH-${(options.first ?? 0) + from + n}`),
        ),
      )),
    );
  return points;
}

/** Everybody has one message outstanding, always: as much as the server can. */
function runClosed(points, options) {
  let stopping = false;
  const idle = points.map(
    (point) =>
      new Promise((resolve) => {
        point.onAnswer = (sentAt) => {
          point.total += 1;
          point.measured?.push(performance.now() - sentAt);
          if (stopping) resolve(point.socket.destroy());
          else point.send(nextMessage(point, options), performance.now());
        };
        point.send(nextMessage(point, options), performance.now());
      }),
  );
  return async () => {
    stopping = true;
    await Promise.all(idle);
  };
}

/** So many messages a second, spread over all; latency counts from when a message was due, also if it had to wait. */
function runAtRate(points, options) {
  const from = performance.now();
  let sent = 0;
  let answered = 0;
  for (const point of points)
    point.onAnswer = (dueAt) => {
      answered += 1;
      point.total += 1;
      point.measured?.push(performance.now() - dueAt);
    };
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - from) / 1000) * options.rate);
    for (; sent < due; sent += 1) {
      const point = points[sent % points.length];
      point.send(nextMessage(point, options), from + (sent / options.rate) * 1000);
    }
  }, 1);
  return async () => {
    clearInterval(timer);
    for (let waited = 0; answered < sent && waited < 10_000; waited += 20) await sleep(20);
    if (answered < sent) throw new Error(`${sent - answered} messages were never answered`);
    for (const point of points) point.socket.destroy();
  };
}

function nextMessage(point, { action, samples }) {
  point.sequence += 1;
  if (action === 'Heartbeat') return `[2,"m${point.sequence}","Heartbeat",{}]`;
  const values = MEASURANDS.slice(0, samples)
    .map(
      ([name, unit]) =>
        `{"value":"${point.sequence}","context":"Sample.Periodic","measurand":"${name}","unit":"${unit}"}`,
    )
    .join();
  const meterValue = `[{"timestamp":"${new Date().toISOString()}","sampledValue":[${values}]}]`;
  return `[2,"m${point.sequence}","MeterValues",{"connectorId":1,"transactionId":${point.transactionId},"meterValue":${meterValue}}]`;
}

async function openPoint({ url, action }, identity) {
  const { hostname, port, pathname } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  const point = { socket, sequence: 0, transactionId: 0, total: 0, measured: null, onAnswer: null, send: null };
  const waiting = [];
  let buffered = '';
  socket.write(
    `GET ${pathname.replace(/\/$/, '')}/${identity} HTTP/1.1\r\nHost: ${hostname}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: ocpp1.6\r\n\r\n`,
  );
  await new Promise((resolve, reject) => {
    const onData = (data) => {
      buffered += data.toString('latin1');
      const end = buffered.indexOf('\r\n\r\n');
      if (end < 0) return;
      if (!buffered.startsWith('HTTP/1.1 101')) reject(new Error(`${identity}: ${buffered.slice(0, 60)}`));
      buffered = buffered.slice(end + 4);
      socket.off('data', onData);
      resolve();
    };
    socket.on('data', onData);
    socket.once('error', reject);
  });
  point.send = (text, at) => {
    waiting.push(at);
    const length = text.length;
    const head =
      length < 126
        ? `\x81${String.fromCharCode(0x80 | length)}`
        : `\x81\xfe${String.fromCharCode(length >> 8, length & 0xff)}`;
    socket.write(`${head}\0\0\0\0${text}`, 'latin1');
  };
  const answers = [];
  point.onAnswer = (_at, text) => answers.shift()?.(JSON.parse(text)[2]);
  socket.on('data', (data) => {
    buffered = buffered === '' ? data.latin1Slice() : buffered + data.latin1Slice();
    for (;;) {
      if (buffered.length < 2) return;
      let length = buffered.charCodeAt(1);
      let begin = 2;
      if (length === 126) {
        length = (buffered.charCodeAt(2) << 8) | buffered.charCodeAt(3);
        begin = 4;
      }
      if (buffered.length < begin + length) return;
      const opcode = buffered.charCodeAt(0) & 0x0f;
      const text = buffered.slice(begin, begin + length);
      buffered = buffered.length === begin + length ? '' : buffered.slice(begin + length);
      if (opcode === 1) {
        if (!text.startsWith('[3,')) throw new Error(`${identity}: unexpected ${text}`);
        point.onAnswer(waiting.shift(), text);
      } else if (opcode === 9) socket.write(`\x8a${String.fromCharCode(0x80 | length)}\0\0\0\0${text}`, 'latin1');
      else if (opcode === 8) throw new Error(`${identity} was closed: ${text.slice(2)}`);
      if (buffered === '') return;
    }
  });
  const call = (name, payload) => {
    const answer = new Promise((resolve) => answers.push(resolve));
    point.send(JSON.stringify([2, name, name, payload]), 0);
    return answer;
  };
  await call('BootNotification', { chargePointVendor: 'B', chargePointModel: 'B' });
  if (action === 'MeterValues') {
    const timestamp = new Date().toISOString();
    const start = await call('StartTransaction', { connectorId: 1, idTag: 'BENCH', meterStart: 0, timestamp });
    point.transactionId = start.transactionId;
  }
  return point;
}
