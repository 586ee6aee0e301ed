import { useSignal } from '@preact/signals';

/** Copies a text that is not shown; `what` is named to those who do not see where it stands. */
export function CopyButton({ text, label, what }: { text: () => string; label: string; what: string }) {
  const done = useSignal('');
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text());
      done.value = 'Copied';
    } catch {
      // Browsers give the clipboard to https and to this machine only.
      done.value = 'Not allowed here: open the page by https or on this machine';
    }
    setTimeout(() => {
      done.value = '';
    }, 3000);
  };
  return (
    <>
      <button type="button" class="small" onClick={() => void copy()}>
        {label}
        <span class="visually-hidden"> {what}</span>
      </button>
      <span role="status" class="muted">
        {done.value}
      </span>
    </>
  );
}
