import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { FastifyInstance } from 'fastify';
import type { Csms } from '../core/services.js';
import { createRegistry, type Registry } from './registry.js';

/** Words of OCPP are short; whatever a charge point makes up beyond that is one series. */
const ACTION = /^[A-Za-z]{1,40}$/;

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
  const unwatch = csms.messages.watch(({ direction, kind, action, latencyMs }) => {
    const known = action === null ? 'none' : ACTION.test(action) ? action : 'other';
    messages.add({ direction, kind, action: known });
    // An answer that goes out belongs to a CALL that came in.
    if (latencyMs !== null)
      latency.observe(latencyMs / 1000, { direction: direction === 'out' ? 'in' : 'out', action: known });
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
