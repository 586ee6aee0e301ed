import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { Quantity } from '../../shared/format.js';
import { statusLook } from '../../shared/status.js';
import { ApiProblem } from '../api.js';

/** A connector's status: a dot and its name. */
export function Status({ status }: { status: string | null }) {
  if (status === null) return <span class="status hollow">Not told yet</span>;
  const look = statusLook(status);
  return <span class={`status ${look.tone}${look.hollow ? ' hollow' : ''}`}>{look.text}</span>;
}

/** A number with its unit in a smaller, quieter hand. */
export function Amount({ of }: { of: Quantity }) {
  return (
    <>
      {of.value}
      {of.unit === '' ? null : <span class="unit">{of.unit}</span>}
    </>
  );
}

/** What went wrong, why, and what to do. */
export function Problem({ error }: { error: Error | null }) {
  if (error === null) return null;
  return (
    <div class="notice fault" role="alert">
      <p>{error.message}</p>
      {error instanceof ApiProblem ? <p class="hint">{error.hint}</p> : null}
    </div>
  );
}

/** What was done, told to those who see it and to those who hear it. */
export function Done({ text }: { text: string }) {
  return (
    <p class={text === '' ? 'visually-hidden' : 'notice good'} role="status">
      {text}
    </p>
  );
}

/** Text to be typed elsewhere, with a button that copies it. */
export function Copyable({ text }: { text: string }) {
  const copied = useSignal(false);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      copied.value = true;
      setTimeout(() => {
        copied.value = false;
      }, 2000);
    } catch {
      // Without https or permission the text can still be selected by hand.
      copied.value = false;
    }
  };
  return (
    <div class="copy">
      <code>{text}</code>
      <button type="button" class="small" onClick={() => void copy()} aria-label={`Copy ${text}`}>
        {copied.value ? 'Copied' : 'Copy'}
      </button>
    </div>
  );
}

/** A panel with a heading. */
export function Panel({
  title,
  note,
  children,
}: {
  title: string;
  note?: ComponentChildren;
  children: ComponentChildren;
}) {
  return (
    <section class="panel">
      <header>
        <h2>{title}</h2>
        {note === undefined ? null : <p>{note}</p>}
      </header>
      {children}
    </section>
  );
}

export function PageHead({
  title,
  note,
  children,
}: {
  title: string;
  note?: ComponentChildren;
  children?: ComponentChildren;
}) {
  return (
    <div class="page-head">
      <div>
        <h1>{title}</h1>
        {note === undefined ? null : <p>{note}</p>}
      </div>
      {children}
    </div>
  );
}

/** A table that is wider than a phone scrolls by itself; the keyboard can reach it. */
export function Scroll({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section class="scroll" tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
