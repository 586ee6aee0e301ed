import { parseAssignment } from '../../config/edit.js';
import { ConfigError } from '../../config/problems.js';
import { type Machine, QUESTIONS } from './questions.js';

/** Somebody who answers. */
export interface Asking {
  question(text: string): Promise<string>;
  say(text: string): void;
  close(): void;
}

/** Tries the answers so far with checks of `tapwatt doctor`; gives a line for each that applies. */
export type TryAnswers = (answers: ReadonlyMap<string, string>, checks: readonly string[]) => Promise<string[]>;

/**
 * Asks what is not given. Without `asking` each answer is what the machine suggests.
 * @returns answers by key of the configuration.
 */
export async function askQuestions(
  machine: Machine,
  given: ReadonlyMap<string, string>,
  asking: Asking | null,
  tryAnswers: TryAnswers,
): Promise<Map<string, string>> {
  const answers = new Map<string, string>();
  for (const { key, ask, suggest, when, tries } of QUESTIONS) {
    if (when !== undefined && !when(answers)) continue;
    const suggestion = given.get(key) ?? suggest(machine);
    const answer = asking === null || given.has(key) ? suggestion : await askOne(asking, key, ask, suggestion);
    answers.set(key, answer);
    if (asking !== null && tries !== undefined) {
      for (const line of await tryAnswers(answers, tries)) asking.say(`  ${line}`);
    }
  }
  for (const [key, value] of given) answers.set(key, value);
  return answers;
}

async function askOne(asking: Asking, key: string, text: string, suggestion: string): Promise<string> {
  for (;;) {
    const typed = (await asking.question(`${text} [${suggestion}]: `)).trim();
    const answer = typed === '' ? suggestion : typed;
    try {
      parseAssignment(key, answer);
      return answer;
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      asking.say(error.message);
    }
  }
}
