import type { Migration } from 'kysely';
import type { Columns } from '../dialect.js';
import { foundations } from './0001-foundations.js';
import { telemetry } from './0001-telemetry.js';
import { adoptTelemetry, telemetryApart } from './0002-telemetry-apart.js';
import { accounts } from './0010-accounts.js';
import { access } from './0011-access.js';
import { network } from './0020-network.js';
import { jobFiles } from './0021-job-files.js';
import { packedTelemetry } from './0030-packed-telemetry.js';
import { sessionLists } from './0031-session-lists.js';
import { registration } from './0040-registration.js';
import { walletLimit } from './0041-wallet-limit.js';
import { firebase } from './0050-firebase.js';
import { anomalies } from './0060-anomalies.js';
import { demoData } from './0070-demo-data.js';
import { insights } from './0071-insights.js';
import { alarms } from './0080-alarms.js';
import { powerCurve } from './0081-power-curve.js';

type Migrations = (columns: Columns) => Record<string, Migration>;

/** In order of their names. A new one is added at the end; an old one is never edited. */
export const migrations: Migrations = (columns) => ({
  '0001-foundations': foundations(columns),
  '0002-telemetry-apart': telemetryApart(columns),
  '0010-accounts': accounts(columns),
  '0011-access': access(columns),
  '0020-network': network(columns),
  '0021-job-files': jobFiles(),
  '0031-session-lists': sessionLists(),
  '0040-registration': registration(),
  '0041-wallet-limit': walletLimit(columns),
  '0050-firebase': firebase(columns),
  '0060-anomalies': anomalies(columns),
  '0070-demo-data': demoData(),
  '0071-insights': insights(columns),
  '0080-alarms': alarms(columns),
  '0081-power-curve': powerCurve(columns),
});

/** Of the telemetry file. */
export const telemetryMigrations: Migrations = (columns) => ({
  '0001-telemetry': telemetry(columns),
  '0002-adopt-telemetry': adoptTelemetry(columns),
  '0030-packed-telemetry': packedTelemetry(columns),
});
