import type { FormValues } from '../../shared/schema-form.js';
import { useSender } from '../command.js';
import { SentOutcome } from './outcome.js';
import { SchemaForm } from './schema-form.js';

/** As in `GET /command-descriptions`. */
export interface CommandDescription {
  name: string;
  action: string | null;
  versions: readonly string[];
  bodySchema: object;
}

/** One command's form, made from its schema, with the charger's answer under it. */
export function CommandForm({
  chargePointId,
  description,
  initial = {},
}: {
  chargePointId: string;
  description: CommandDescription;
  initial?: FormValues;
}) {
  const sender = useSender(chargePointId);
  return (
    <SchemaForm
      name={description.name}
      schema={description.bodySchema}
      initial={initial}
      submit={`Send ${description.action ?? 'it'}`}
      empty="not sent"
      busy={sender.busy.value}
      send={(body) => void sender.send(description.name, body)}
    >
      <SentOutcome sender={sender} />
    </SchemaForm>
  );
}
