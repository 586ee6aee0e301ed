import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { read } from './api.js';
import { generation, type LiveEvent, onLive } from './live/stream.js';

export interface Loaded<T> {
  data: Signal<T | null>;
  problem: Signal<Error | null>;
  reload: () => Promise<void>;
}

/** Events come in groups; what they change is read once, this long after the first. */
const GROUP_MS = 150;

/**
 * Reads a resource, again after a gap in the stream and when `concerns` says that an event changed it. `path` null:
 * nothing to read (yet).
 */
export function useRead<T>(path: string | null, concerns?: (event: LiveEvent) => boolean): Loaded<T> {
  const data = useSignal<T | null>(null);
  const problem = useSignal<Error | null>(null);
  const wanted = useRef(path);
  wanted.current = path;
  // Answers may overtake each other: only what was asked later than what is shown may replace it
  const asked = useRef(0);
  const shown = useRef(0);

  const reload = async (): Promise<void> => {
    if (path === null) return;
    asked.current += 1;
    const mine = asked.current;
    try {
      const answer = await read<T>(path);
      if (wanted.current !== path || mine < shown.current) return;
      shown.current = mine;
      data.value = answer;
      problem.value = null;
    } catch (error) {
      if (wanted.current === path) problem.value = error as Error;
    }
  };

  // The path and a gap in the stream are what read again
  useEffect(() => {
    void reload();
  }, [path, generation.value]);
  // One subscription per path
  useEffect(() => {
    if (concerns === undefined) return;
    let timer: number | undefined;
    const stop = onLive((event) => {
      if (!concerns(event)) return;
      timer ??= window.setTimeout(() => {
        timer = undefined;
        void reload();
      }, GROUP_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [path]);
  return { data, problem, reload };
}

/** What a page does on a person's behalf: one thing at a time, and how it ended. */
export interface Acts {
  busy: Signal<boolean>;
  problem: Signal<Error | null>;
  done: Signal<string>;
  /** `done` is told afterwards; a text that the work gives is told instead. */
  act: (work: () => Promise<unknown>, done: string) => void;
}

/** `after` runs when the work is done: usually it reads the list again. */
export function useActs(after?: () => Promise<unknown>): Acts {
  const busy = useSignal(false);
  const problem = useSignal<Error | null>(null);
  const done = useSignal('');
  const act: Acts['act'] = (work, text) => {
    busy.value = true;
    done.value = '';
    problem.value = null;
    work()
      .then(async (result) => {
        done.value = typeof result === 'string' ? result : text;
        await after?.();
      })
      .catch((error: Error) => {
        problem.value = error;
      })
      .finally(() => {
        busy.value = false;
      });
  };
  return { busy, problem, done, act };
}
