import { isDeepStrictEqual } from 'node:util';
import { suite } from 'uvu';
import { withDeadline } from '../../support/deadline.js';
import type { Bench, BenchOptions } from './bench.js';
import { listedCase } from './cases.js';
import { recordOutcome } from './outcomes.js';
import { restore } from './restore.js';
import { startBench } from './start-bench.js';

/** Longest case: a reset with its restart, or a sequence of slow uploads. */
const CASE_DEADLINE_MS = 60_000;

export type CaseRun = (bench: Bench) => Promise<void>;

export interface Certification {
  /**
   * One case of the list, as a test. Without options of its own it runs on the file's bench, at rest and with nothing
   * heard yet; that bench is put back to rest after it, or replaced when the case failed.
   */
  certificationCase(id: string, run: CaseRun, own?: BenchOptions): void;
  /** Registers the tests; the last line of the file. */
  run(): void;
}

/**
 * A plain error for uvu, which takes properties of other errors (`details`) for its own, and prints what follows the
 * first line of `stack` after the message: frames only, or the message comes twice.
 */
function withStory(error: unknown, story: string): Error {
  const told = new Error(`${error instanceof Error ? error.message : error}\n--- the last frames:\n${story}`);
  const frames = ((error instanceof Error && error.stack) || '').split('\n').filter((line) => /^\s+at /.test(line));
  told.stack = ['', ...frames].join('\n');
  return told;
}

/** The cases of one file. @param common the bench that they share */
export function certification(common: BenchOptions = {}): Certification {
  const test = suite();
  const registered: BenchOptions[] = [];
  let current: Bench | null = null;

  const discard = async (): Promise<void> => {
    const old = current;
    current = null;
    await old?.dispose();
  };

  const benchFor = async (options: BenchOptions): Promise<Bench> => {
    if (current !== null && isDeepStrictEqual(current.options, options)) return current;
    await discard();
    current = await startBench(options);
    return current;
  };

  const perform = async (run: CaseRun, n: number): Promise<void> => {
    const options = registered[n] ?? common;
    const bench = await benchFor(options);
    bench.mark();
    try {
      await withDeadline(run(bench), CASE_DEADLINE_MS, 'the case');
    } catch (error) {
      const story = bench.story();
      await discard();
      throw withStory(error, story);
    }
    // Nobody else wants it.
    if (!isDeepStrictEqual(registered[n + 1], options)) return await discard();
    try {
      await restore(bench);
    } catch (error) {
      console.log(`(a new bench is needed: ${error instanceof Error ? error.message : error})`);
      await discard();
    }
  };

  test.after(discard);
  return {
    certificationCase(id, run, own = common) {
      const { title } = listedCase(id);
      const n = registered.push(own) - 1;
      test(`${id} ${title}`, async () => {
        const startedAt = performance.now();
        const outcome = (problem: string | null) =>
          recordOutcome({ id, passed: problem === null, ms: Math.round(performance.now() - startedAt), problem });
        try {
          await perform(run, n);
        } catch (error) {
          outcome(
            (error instanceof Error ? error.message : String(error))
              .split('\n---')[0]
              ?.replace(/\s*\n\s*/g, ' | ')
              .slice(0, 300) ?? '',
          );
          throw error;
        }
        outcome(null);
      });
    },
    run: () => test.run(),
  };
}
