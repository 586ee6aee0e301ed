import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { FastifyInstance } from 'fastify';
import type { Csms } from '../core/services.js';
import { createRegistry, type Registry } from './registry.js';

/** Words of OCPP are short; whatever a charge point makes up beyond that is one series. */
const ACTION = /^[A-Za-z]{1,40}$/;

/** Charge points that make up actions must not fill our memory. */
const MAXIMUM_KEYS = 2000;
const OPPOSITE = { in: 'out', out: 'in' } as const;

interface FrameSeries {
  count: () => void;
  took: ((seconds: number) => void) | null;
}

export interface CsmsMetrics {
  readonly registry: Registry;
  close(): void;
}

/** What csms-lite does, counted: frames and answers by action, commands, HTTP, sockets, queues, sizes. */
export function createCsmsMetrics(csms: Csms, app: FastifyInstance, version: string): CsmsMetrics {
  const registry = createRegistry();
  const messages = registry.counter('csms_ocpp_messages_total', 'OCPP frames, by direction, kind and action');
  const latency = registry.histogram(
    'csms_ocpp_latency_seconds',
    'from a CALL to its answer; direction out is what charge points take',
  );
  const seriesOf = (direction: 'in' | 'out', kind: string, action: string | null): FrameSeries => {
    const known = action === null ? 'none' : ACTION.test(action) ? action : 'other';
    return {
      count: messages.with({ direction, kind, action: known }),
      // An answer that goes out belongs to a CALL that came in.
      took:
        kind.startsWith('CALL') && kind !== 'CALL'
          ? latency.with({ direction: OPPOSITE[direction], action: known })
          : null,
    };
  };
  // This runs for every frame: looked up by one key, without making label texts.
  const series = new Map<string, FrameSeries>();
  const unwatch = csms.messages.watch(({ direction, kind, action, latencyMs }) => {
    const key = `${direction}${kind}${action}`;
    let one = series.get(key);
    if (one === undefined) {
      one = seriesOf(direction, kind, action);
      if (series.size < MAXIMUM_KEYS) series.set(key, one);
    }
    one.count();
    if (latencyMs !== null) one.took?.(latencyMs / 1000);
  });

  const events = registry.counter('csms_events_total', 'events of the stream, by type');
  const commands = registry.counter('csms_commands_total', 'commands that ended, by name and status');
  const knocks = registry.counter('csms_refused_connections_total', 'connections of charge points refused, by reason');
  const { unsubscribe } = csms.events.subscribe(({ event }) => {
    events.add({ type: event.type });
    if (event.type === 'command.updated' && event.command.status !== 'pending')
      commands.add({ name: event.command.name, status: event.command.status });
    if (event.type === 'knock') knocks.add({ reason: event.knock.reason });
  });

  const requests = registry.counter('csms_http_requests_total', 'HTTP requests, by route, method and status');
  const durations = registry.histogram('csms_http_duration_seconds', 'HTTP requests, by route');
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    requests.add({ route, method: request.method, status: String(reply.statusCode) });
    durations.observe(reply.elapsedTime / 1000, { route });
  });

  const figure = (name: string, help: string, pick: (figures: Awaited<ReturnType<Csms['figures']>>) => number): void =>
    registry.gauge(name, help, async () => [{ value: pick(await csms.figures()) }]);
  figure('csms_sockets', 'charge points that are connected', (f) => f.connectedStations);
  figure('csms_pending_commands', 'commands that wait or are on the wire', (f) => f.pendingCommands);
  figure('csms_active_transactions', 'sessions that run', (f) => f.activeTransactions);
  figure('csms_database_bytes', 'size of the database files', (f) => f.databaseBytes);
  registry.gauge('csms_webhook_deliveries', 'webhook deliveries, by status', async () =>
    Object.entries(await csms.webhooks.counts()).map(([status, value]) => ({ labels: { status }, value })),
  );

  registry.gauge('csms_alarms', 'open alarms, by whether somebody has acknowledged them', async () => {
    const { open, unacknowledged } = await csms.alarms.counts();
    return [
      { labels: { acknowledged: 'true' }, value: open - unacknowledged },
      { labels: { acknowledged: 'false' }, value: unacknowledged },
    ];
  });

  const loop = monitorEventLoopDelay({ resolution: 20 });
  loop.enable();
  registry.gauge('csms_event_loop_delay_seconds', 'delay of the event loop since the last reading', () => {
    const samples = [
      { labels: { quantile: '0.5' }, value: loop.percentile(50) / 1e9 },
      { labels: { quantile: '0.99' }, value: loop.percentile(99) / 1e9 },
    ];
    loop.reset();
    return samples;
  });
  registry.gauge('process_resident_memory_bytes', 'memory of this process', () => [
    { value: process.memoryUsage.rss() },
  ]);
  registry.gauge('process_cpu_seconds', 'processor time of this process', () => {
    const { user, system } = process.cpuUsage();
    return [{ value: (user + system) / 1e6 }];
  });
  registry.gauge('csms_build_info', 'version', () => [{ labels: { version, node: process.version }, value: 1 }]);

  return {
    registry,
    close() {
      unwatch();
      unsubscribe();
      loop.disable();
    },
  };
}
