import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { bodyOf, type Field, type FormValues, fieldsOf } from '../../shared/schema-form.js';

interface InputProps {
  field: Field;
  id: string;
  value: string;
  change: (value: string) => void;
  problem: string | undefined;
  /** What an empty choice is called. */
  empty: string;
}

function Input({ field, id, value, change, problem, empty }: InputProps) {
  const shared = {
    id,
    value,
    required: field.required,
    'aria-invalid': problem !== undefined,
    'aria-describedby': `${id}-note`,
    onInput: (event: { currentTarget: { value: string } }) => change(event.currentTarget.value),
  };
  switch (field.kind) {
    case 'choice':
    case 'boolean':
      return (
        <select {...shared}>
          <option value="">{field.required ? 'choose' : empty}</option>
          {(field.kind === 'boolean' ? ['true', 'false'] : field.choices).map((choice) => (
            <option key={choice} value={choice}>
              {choice}
            </option>
          ))}
        </select>
      );
    case 'time':
      return <input {...shared} type="datetime-local" step={1} />;
    case 'integer':
    case 'number':
      return <input {...shared} type="number" step={field.kind === 'integer' ? 1 : 'any'} />;
    case 'long-text':
    case 'json':
    case 'texts':
      return <textarea {...shared} rows={field.kind === 'texts' ? 2 : 5} spellcheck={false} />;
    case 'text':
      return (
        <>
          <input {...shared} list={field.choices.length === 0 ? undefined : `${id}-list`} autocomplete="off" />
          {field.choices.length === 0 ? null : (
            <datalist id={`${id}-list`}>
              {field.choices.map((choice) => (
                <option key={choice} value={choice} />
              ))}
            </datalist>
          )}
        </>
      );
  }
}

const KIND_NOTES: Partial<Record<Field['kind'], string>> = {
  texts: 'one per line',
  json: 'JSON',
  time: 'your time zone',
};

function noteOf(field: Field): string {
  return [field.required ? '' : 'optional', KIND_NOTES[field.kind] ?? '', field.description]
    .filter((part) => part !== '')
    .join(', ');
}

/** A form made from a JSON Schema: says at each field what is wrong, and hands over the body when nothing is. */
export function SchemaForm({
  name,
  schema,
  initial = {},
  submit,
  empty = '–',
  busy,
  send,
  children,
}: {
  /** Unique on the page. */
  name: string;
  schema: object;
  initial?: FormValues;
  /** On the button. */
  submit: string;
  /** What an empty choice is called. */
  empty?: string;
  busy: boolean;
  send: (body: Record<string, unknown>) => void;
  /** Below the button. */
  children?: ComponentChildren;
}) {
  const fields = fieldsOf(schema);
  const values = useSignal<FormValues>(initial);
  const problems = useSignal<Readonly<Record<string, string>>>({});
  const onSubmit = (event: Event): void => {
    event.preventDefault();
    const made = bodyOf(fields, values.value);
    problems.value = made.problems;
    if (Object.keys(made.problems).length === 0) send(made.body);
  };
  return (
    <form class="command-form in" noValidate onSubmit={onSubmit} aria-label={name}>
      {fields.length === 0 ? <p class="muted">It takes nothing more.</p> : null}
      {fields.map((field) => {
        const id = `${name}-${field.path}`;
        const problem = problems.value[field.path];
        return (
          <div class="field" key={field.path}>
            <label for={id}>{field.label}</label>
            <Input
              field={field}
              id={id}
              value={values.value[field.path] ?? ''}
              problem={problem}
              empty={empty}
              change={(value) => {
                values.value = { ...values.value, [field.path]: value };
              }}
            />
            <span id={`${id}-note`} class={problem === undefined ? 'muted' : 'tone-fault'}>
              {problem === undefined ? noteOf(field) : `${field.label} ${problem}`}
            </span>
          </div>
        );
      })}
      <div>
        <button type="submit" class="primary" disabled={busy}>
          {submit}
        </button>
      </div>
      {children}
    </form>
  );
}
