import { checkAddresses } from '../../core/simulators/reachability.js';
import { createSimulators, type Simulator } from '../../core/simulators/simulators.js';
import { type ApiContext, documented, idParams } from '../context.js';
import { isoTime } from '../present.js';
import { listOf } from '../schemas/resources.js';

const tags = ['server'];
const simulatorSchema = {
  type: 'object',
  required: ['id', 'controlSocket'],
  properties: {
    id: { type: 'string' },
    controlSocket: { type: 'string', description: 'tapwatt --socket <this> plug-in' },
    startedAt: { type: 'string' },
  },
};

function presentSimulator({ startedAtMs, ...rest }: Simulator) {
  return { ...rest, startedAt: isoTime(startedAtMs) };
}

export type SimulatorView = ReturnType<typeof presentSimulator>;

export interface ReachabilityView {
  /** Nobody but this machine can connect. */
  loopbackOnly: boolean;
  port: number;
  addresses: { address: string; url: string; reachable: boolean }[];
}

/** What helps to get a first charge point in: can it reach us, and one to try with. */
export function connectRoutes({ app }: ApiContext): void {
  const simulators = createSimulators();
  app.addHook('onClose', async () => simulators.stopAll());

  app.get(
    '/reachability',
    documented({
      summary:
        'whether this port answers at the addresses of this machine (tried now); firewalls elsewhere do not show',
      tags,
      response: { 200: { type: 'object', required: ['loopbackOnly', 'port', 'addresses'] } },
    }),
    async (request): Promise<ReachabilityView> => {
      const port = request.socket.localPort ?? 0;
      const addresses = await checkAddresses(port);
      return { loopbackOnly: !addresses.some(({ reachable }) => reachable), port, addresses };
    },
  );

  app.get(
    '/simulators',
    documented({
      summary: 'simulated charge points that this server has started; available: tapwatt is installed beside it',
      tags,
      response: { 200: listOf(simulatorSchema) },
    }),
    () => {
      const items = simulators.list().map(presentSimulator);
      return Promise.resolve({ items, total: items.length, available: simulators.isAvailable });
    },
  );

  app.post<{ Body: { id: string } }>(
    '/simulators',
    {
      ...documented({
        summary: 'start one (the real tapwatt on simulated hardware); it ends with this server',
        tags,
        body: { type: 'object', required: ['id'], additionalProperties: false, properties: { id: { type: 'string' } } },
        response: { 201: simulatorSchema },
      }),
      config: { role: 'admin' },
    },
    async (request, reply) => {
      const origin = `ws://127.0.0.1:${request.socket.localPort ?? 0}`;
      return reply.code(201).send(presentSimulator(await simulators.start(request.body.id, origin)));
    },
  );

  app.delete<{ Params: { id: string } }>(
    '/simulators/:id',
    {
      ...documented({ summary: 'end it', tags, params: idParams, response: { 204: {} } }),
      config: { role: 'admin' },
    },
    async (request, reply) => {
      await simulators.stop(request.params.id);
      return reply.code(204).send();
    },
  );
}
