import { createRegistry } from 'csms-lite/metrics/registry.js';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import { startTestServer } from '../api/server.js';

const test = suite('metrics');

test('text format: help, type, labels escaped, buckets cumulative with +Inf, sum and count', async () => {
  const registry = createRegistry();
  const counter = registry.counter('c_total', 'count');
  counter.add({ word: 'a"b\\c\nd' });
  counter.add({ word: 'a"b\\c\nd' }, 2);
  const histogram = registry.histogram('h_seconds', 'time', [0.1, 1]);
  for (const seconds of [0.05, 0.1, 0.5, 5]) histogram.observe(seconds, { route: '/' });
  registry.gauge('g', 'now', async () => [{ value: 7 }]);
  assert.is(
    await registry.text(),
    [
      '# HELP c_total count',
      '# TYPE c_total counter',
      'c_total{word="a\\"b\\\\c\\nd"} 3',
      '# HELP h_seconds time',
      '# TYPE h_seconds histogram',
      'h_seconds_bucket{route="/",le="0.1"} 2',
      'h_seconds_bucket{route="/",le="1"} 3',
      'h_seconds_bucket{route="/",le="+Inf"} 4',
      'h_seconds_sum{route="/"} 5.65',
      'h_seconds_count{route="/"} 4',
      '# HELP g now',
      '# TYPE g gauge',
      'g 7',
      '',
    ].join('\n'),
  );
});

test('a stranger’s words do not fill the memory: at most 1000 series of one name', async () => {
  const registry = createRegistry();
  const counter = registry.counter('c_total', 'count');
  for (let word = 0; word < 3000; word += 1) counter.add({ word: String(word) });
  assert.is((await registry.text()).split('\n').filter((line) => line.startsWith('c_total{')).length, 1000);
});

test('/metrics: sockets, messages by action, latency, HTTP, sizes; /healthz and /readyz answer', async () => {
  const server = await startTestServer();
  try {
    const peer = await server.boot('M-1');
    await peer.call('Heartbeat', {});
    await peer.call('Heartbeat', {});
    await server.api('GET', '/api/v1/charge-points/M-1');
    const answer = await server.api('GET', '/metrics');
    assert.match(answer.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
    const text = answer.body as string;
    assert.match(text, 'csms_ocpp_messages_total{direction="in",kind="CALL",action="Heartbeat"} 2\n');
    assert.match(text, 'csms_ocpp_latency_seconds_count{direction="in",action="Heartbeat"} 2\n');
    assert.match(text, 'csms_sockets 1\n');
    assert.match(text, /csms_database_bytes [1-9]\d+\n/);
    assert.match(
      text,
      'csms_http_requests_total{route="/api/v1/charge-points/:chargePointId",method="GET",status="200"} 1\n',
    );
    assert.match(text, /csms_webhook_deliveries\{status="dead"\} 0\n/);
    for (const line of text.trimEnd().split('\n'))
      assert.match(line, /^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z]+=".*"(,[a-z]+=".*")*\})? [\d.e+-]+)$/);
    assert.is((await server.api('GET', '/healthz')).body.status, 'ok');
    assert.is((await server.api('GET', '/readyz')).status, 200);
    await peer.close();
    await eventually(
      async () => /csms_sockets 0\n/.test((await server.api('GET', '/metrics')).body) || null,
      'the closed socket',
    );
  } finally {
    await server.close();
  }
});

test.run();
