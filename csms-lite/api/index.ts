import type { FastifyInstance } from 'fastify';
import type { BackupService } from '../backup/backup-service.js';
import type { Csms } from '../core/services.js';
import type { FirebaseMirror } from '../firebase/service.js';
import type { ApiContext } from './context.js';
import { docsRoutes } from './docs.js';
import { collectOpenApi } from './openapi.js';
import { handleError, sendProblem } from './problem.js';
import { alarmRoutes } from './routes/alarms.js';
import { anomalyRoutes } from './routes/anomalies.js';
import { backupRoutes } from './routes/backups.js';
import { certificateRoutes } from './routes/certificates.js';
import { chargePointRoutes } from './routes/charge-points.js';
import { chargingProfileRoutes } from './routes/charging-profiles.js';
import { commandRoutes } from './routes/commands.js';
import { connectRoutes } from './routes/connect.js';
import { eventRoutes } from './routes/events.js';
import { fileRoutes, transferRoutes } from './routes/files.js';
import { firebaseRoutes } from './routes/firebase.js';
import { healthRoutes } from './routes/health.js';
import { idTagRoutes } from './routes/id-tags.js';
import { insightRoutes } from './routes/insights.js';
import { knockRoutes } from './routes/knocks.js';
import { legacyRoutes } from './routes/legacy.js';
import { heldRoutes } from './routes/local-lists.js';
import { overviewRoutes } from './routes/overview.js';
import { recordRoutes } from './routes/records.js';
import { reservationRoutes } from './routes/reservations.js';
import { sessionRoutes } from './routes/session.js';
import { siteRoutes } from './routes/sites.js';
import { tariffRoutes } from './routes/tariffs.js';
import { transactionRoutes } from './routes/transactions.js';
import { userRoutes } from './routes/users.js';
import { webhookRoutes } from './routes/webhooks.js';
import type { SignIn } from './sign-in.js';
import { compileFor } from './validation.js';

export interface ApiOptions {
  csms: Csms;
  signIn: SignIn;
  version: string;
  startedAtMs: number;
  backups: BackupService;
  /** null: not set up. */
  firebase: FirebaseMirror | null;
}

/** JSON only; an empty body is no body, whatever its content type says. */
function acceptJsonOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    const text = body.toString();
    if (text.trim() === '') done(null, undefined);
    else parse(request, text, done);
  });
}

/** Puts the whole API on the server: `/api/v1`, `/api/docs`, and the seeds' read routes at the root. */
export async function registerApi(app: FastifyInstance, options: ApiOptions): Promise<void> {
  app.setValidatorCompiler(({ schema, httpPart }) => compileFor(httpPart, schema as object));
  // What the handlers give is what is sent; the contract tests hold it against the schemas.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  app.setErrorHandler(handleError);
  app.setNotFoundHandler((request, reply) => {
    sendProblem(reply, 'not_found', `${request.method} ${request.url.split('?')[0] ?? ''} is no route of this server.`);
  });
  acceptJsonOnly(app);
  const openApi = collectOpenApi(app, options.version);

  await app.register(
    (api, _options, done) => {
      const context: ApiContext = { app: api, ...options };
      healthRoutes(context);
      firebaseRoutes(context);
      chargePointRoutes(context);
      anomalyRoutes(context);
      commandRoutes(context);
      idTagRoutes(context);
      transactionRoutes(context);
      reservationRoutes(context);
      chargingProfileRoutes(context);
      knockRoutes(context);
      certificateRoutes(context);
      siteRoutes(context);
      heldRoutes(context);
      fileRoutes(context);
      recordRoutes(context);
      sessionRoutes(context);
      tariffRoutes(context);
      userRoutes(context);
      webhookRoutes(context);
      alarmRoutes(context);
      overviewRoutes(context);
      connectRoutes(context);
      insightRoutes(context);
      backupRoutes(context, options.backups);
      eventRoutes(context);
      done();
    },
    { prefix: '/api/v1' },
  );
  legacyRoutes({ app, ...options });
  transferRoutes(app, options.csms);
  docsRoutes(app, openApi);
}
