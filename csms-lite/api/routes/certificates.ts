import { type ApiContext, documented } from '../context.js';
import { linkNext, listQuery, type PageQuery } from '../paging.js';
import { presentCertificate, presentCertificateRequest, presentPage } from '../present.js';
import { listOf } from '../schemas/resources.js';

const tags = ['certificates'];

/** Certificates that the local authority has issued, what it was asked for, and its root. */
export function certificateRoutes({ app, csms }: ApiContext): void {
  app.get<{ Querystring: PageQuery & { chargePointId?: string } }>(
    '/certificates',
    documented({
      summary: 'charge point certificates issued here, newest first',
      tags,
      querystring: listQuery({ chargePointId: { type: 'string' } }),
      response: { 200: listOf({ type: 'object' }) },
    }),
    async (request, reply) => {
      const page = await csms.certificates.list(request.query);
      linkNext(request, reply, page);
      return presentPage(page, presentCertificate);
    },
  );

  app.get<{ Querystring: PageQuery & { chargePointId?: string } }>(
    '/certificate-requests',
    documented({
      summary: 'what charge points asked to have signed, newest first; of a Rejected one the reason',
      tags,
      querystring: listQuery({ chargePointId: { type: 'string' } }),
      response: { 200: listOf({ type: 'object' }) },
    }),
    async (request, reply) => {
      const page = await csms.certificates.requests(request.query);
      linkNext(request, reply, page);
      return presentPage(page, presentCertificateRequest);
    },
  );

  app.get(
    '/certificate-authority',
    documented({
      summary: 'the local authority’s root certificate (PEM); made at the first call',
      tags,
      response: { 200: { type: 'object', properties: { certificate: { type: 'string' } } } },
    }),
    async () => ({ certificate: await csms.certificates.root() }),
  );
}
