import { type Machine, QUESTIONS } from './questions.js';

/** Somebody who answers. */
export interface Asking {
  question(text: string): Promise<string>;
  say(text: string): void;
  close(): void;
}

export interface AnswerChecks {
  /** What is wrong with the answer to `key`, and what to type instead; null when it may be. */
  refuse(answers: ReadonlyMap<string, string>, key: string): string | null;
  /** Tries the answers so far with checks of `tapwatt doctor`; gives a line for each that applies. */
  tryOut(answers: ReadonlyMap<string, string>, checks: readonly string[]): Promise<string[]>;
}

/**
 * Asks what is not given. Without `asking` each answer is what the machine suggests.
 * @returns answers by key of the configuration.
 */
export async function askQuestions(
  machine: Machine,
  given: ReadonlyMap<string, string>,
  asking: Asking | null,
  { refuse, tryOut }: AnswerChecks,
): Promise<Map<string, string>> {
  const answers = new Map<string, string>();
  for (const { key, ask, suggest, when, tries } of QUESTIONS) {
    if (when !== undefined && !when(answers)) continue;
    const suggestion = given.get(key) ?? suggest(machine);
    const answer = asking === null || given.has(key) ? suggestion : await askOne(key, ask, suggestion, asking);
    answers.set(key, answer);
    if (asking !== null && tries !== undefined) {
      for (const line of await tryOut(answers, tries)) asking.say(`  ${line}`);
    }
  }
  for (const [key, value] of given) answers.set(key, value);
  return answers;

  async function askOne(key: string, text: string, suggestion: string, somebody: Asking): Promise<string> {
    for (;;) {
      const typed = (await somebody.question(`${text} [${suggestion}]: `)).trim();
      const answer = typed === '' ? suggestion : typed;
      const refusal = refuse(new Map([...answers, [key, answer]]), key);
      if (refusal === null) return answer;
      somebody.say(`  ${refusal}`);
    }
  }
}
