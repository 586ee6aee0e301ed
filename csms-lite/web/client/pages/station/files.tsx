import type { ChargePointView, FileJobView } from '../../../../api/present.js';
import { bytes, dayAndTime, toMs } from '../../../shared/format.js';
import { type Page, withQuery } from '../../api.js';
import { now } from '../../live/state.js';
import { Amount, Panel, Problem, Scroll } from '../../parts/basics.js';
import { type CommandDescription, CommandForm } from '../../parts/command-form.js';
import { useRead } from '../../use.js';
import { descriptionsFor } from './commands.js';

const KINDS: Record<FileJobView['kind'], string> = {
  firmware: 'Firmware update',
  'signed-firmware': 'Signed firmware update',
  diagnostics: 'Diagnostics',
  log: 'Log',
};

const FILE_COMMANDS: readonly { name: string; title: string }[] = [
  { name: 'get-diagnostics', title: 'Ask for diagnostics' },
  { name: 'get-log', title: 'Ask for a log' },
  { name: 'update-firmware', title: 'Update the firmware' },
  { name: 'signed-update-firmware', title: 'Update the firmware, signed' },
];

function Jobs({ jobs }: { jobs: readonly FileJobView[] }) {
  if (jobs.length === 0) return <p class="in muted">Nothing was ordered yet: see the forms below.</p>;
  return (
    <Scroll label="File jobs">
      <table>
        <thead>
          <tr>
            <th>Ordered</th>
            <th>What</th>
            <th>State</th>
            <th>File</th>
            <th>Where</th>
          </tr>
        </thead>
        <tbody>
          {jobs.map((job) => (
            <tr key={job.id}>
              <td>{dayAndTime(toMs(job.createdAt) ?? 0, now.value)}</td>
              <td>{KINDS[job.kind]}</td>
              <td>
                <span class={`pill ${/fail/i.test(job.status) ? 'fault' : ''}`}>{job.status}</span>
              </td>
              <td class="mono">
                {job.uploadId === undefined || job.uploadId === null ? (
                  (job.fileName ?? '')
                ) : (
                  <a href={`/api/v1/uploads/${job.uploadId}/content`} download={job.fileName ?? ''}>
                    {job.fileName ?? `upload ${job.uploadId}`}
                  </a>
                )}
              </td>
              <td class="mono">{job.location ?? ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** As `GET /uploads`. */
interface UploadView {
  id: number;
  fileName?: string | null;
  sizeBytes: number;
  sha256: string;
  receivedAt: string;
}

function Received({ uploads }: { uploads: readonly UploadView[] }) {
  if (uploads.length === 0)
    return (
      <p class="in muted">None. Order diagnostics or a log without an address: the charger is told to put it here.</p>
    );
  return (
    <Scroll label="Received files">
      <table>
        <thead>
          <tr>
            <th>Received</th>
            <th>File</th>
            <th class="number">Size</th>
            <th>SHA-256</th>
          </tr>
        </thead>
        <tbody>
          {uploads.map((upload) => {
            const name = upload.fileName ?? `upload-${upload.id}`;
            return (
              <tr key={upload.id}>
                <td>{dayAndTime(toMs(upload.receivedAt) ?? 0, now.value)}</td>
                <td class="mono">
                  <a href={`/api/v1/uploads/${upload.id}/content`} download={name}>
                    {name}
                  </a>
                </td>
                <td class="number">
                  <Amount of={bytes(upload.sizeBytes)} />
                </td>
                <td class="mono">{upload.sha256.slice(0, 16)}…</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scroll>
  );
}

/** Firmware updates, diagnostics and logs. */
export function FilesTab({ station }: { station: ChargePointView }) {
  const jobs = useRead<Page<FileJobView>>(
    withQuery('/file-jobs', { chargePointId: station.id, limit: 50 }),
    (event) => event.type === 'file-job.updated' && event.job.chargePointId === station.id,
  );
  const uploads = useRead<Page<UploadView>>(
    withQuery('/uploads', { chargePointId: station.id, limit: 50 }),
    (event) => event.type === 'file-job.updated' && event.job.chargePointId === station.id,
  );
  const descriptions = useRead<Page<CommandDescription>>('/command-descriptions');
  const known = descriptionsFor(station, descriptions.data.value);
  return (
    <>
      <Problem error={jobs.problem.value ?? uploads.problem.value ?? descriptions.problem.value} />
      <Panel title="Ordered so far" note="what the charger said last">
        {jobs.data.value === null ? null : <Jobs jobs={jobs.data.value.items} />}
      </Panel>
      <Panel title="Received" note="what it has put here">
        {uploads.data.value === null ? null : <Received uploads={uploads.data.value.items} />}
      </Panel>
      <Panel title="Order">
        {FILE_COMMANDS.map(({ name, title }) => {
          const description = known.find((one) => one.name === name);
          if (description === undefined) return null;
          return (
            <details key={name}>
              <summary class="in">{title}</summary>
              <CommandForm chargePointId={station.id} description={description} />
            </details>
          );
        })}
      </Panel>
    </>
  );
}
