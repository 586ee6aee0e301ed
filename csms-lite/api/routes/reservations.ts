import type { ReservationStatus } from '../../core/model.js';
import { type ApiContext, documented, idParams } from '../context.js';
import { integerId, linkNext, listQuery, type PageQuery } from '../paging.js';
import { presentPage, presentReservation } from '../present.js';
import { listOf, reservationSchema } from '../schemas/resources.js';

const tags = ['reservations'];

/** Reservations are made by the command reserve-now; here they are looked at. */
export function reservationRoutes({ app, csms }: ApiContext): void {
  app.get<{ Querystring: PageQuery & { chargePointId?: string; status?: ReservationStatus } }>(
    '/reservations',
    documented({
      summary: 'reservations, newest first',
      tags,
      querystring: listQuery({ chargePointId: { type: 'string' }, status: reservationSchema.properties.status }),
      response: { 200: listOf(reservationSchema) },
    }),
    async (request, reply) => {
      const page = await csms.reservations.list(request.query);
      linkNext(request, reply, page);
      return presentPage(page, presentReservation);
    },
  );

  app.get<{ Params: { id: string } }>(
    '/reservations/:id',
    documented({ summary: 'one reservation', tags, params: idParams, response: { 200: reservationSchema } }),
    async (request) =>
      presentReservation(await csms.reservations.get(integerId(request.params.id, 'reservation_not_found'))),
  );
}
