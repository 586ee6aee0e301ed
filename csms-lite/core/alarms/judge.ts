import type { AlarmRule, AlarmUnit, AppliedRule } from './rules.js';

/** What is known of one thing that one rule looks at. Times are epoch milliseconds. */
export interface Condition {
  /** `duration`: since when it is bad; null: it is well. */
  badSinceMs: number | null;
  /** `level` and `judged`: the newest figure; null: none, or well. */
  figure: number | null;
  /** `level`: since when the figure is on the wrong side of the threshold. */
  breachSinceMs: number | null;
  /** `judged`: what came with the figure. */
  judged: { threshold: number; unit: AlarmUnit } | null;
  /** What happened, a sentence. */
  what: string;
  /** An alarm is open for it. */
  open: boolean;
  /** While open: since when it is well again. */
  wellSinceMs: number | null;
  /** Nothing has been heard of it in this process: an open alarm from before stays until something is. */
  unheard: boolean;
}

/** What was seen now. */
export type Seen =
  | { t: 'bad'; sinceMs: number; what: string }
  | { t: 'well' }
  | { t: 'figure'; figure: number; what: string }
  | { t: 'judged'; figure: number; threshold: number; unit: AlarmUnit; sinceMs: number; what: string };

export type Verdict =
  | { t: 'raise'; figure: number; threshold: number; unit: AlarmUnit; sinceMs: number; what: string }
  | { t: 'clear' };

/** Null condition: there is nothing to remember. */
export interface Judgement {
  condition: Condition | null;
  verdict: Verdict | null;
}

const NOTHING: Condition = {
  badSinceMs: null,
  figure: null,
  breachSinceMs: null,
  judged: null,
  what: '',
  open: false,
  wellSinceMs: null,
  unheard: false,
};

/** A condition whose alarm an earlier process has left open. */
export function restored(what: string): Condition {
  return { ...NOTHING, what, open: true, unheard: true };
}

function learn(before: Condition, seen: Seen): Condition {
  const heard = { ...before, unheard: false };
  switch (seen.t) {
    case 'well':
      return { ...heard, badSinceMs: null, figure: null, judged: null };
    case 'bad':
      // What is bad already stays bad since then: a repetition starts nothing anew.
      return { ...heard, badSinceMs: before.badSinceMs ?? seen.sinceMs, what: seen.what };
    case 'figure':
      return { ...heard, figure: seen.figure, what: seen.what };
    case 'judged': {
      const { figure, threshold, unit, sinceMs, what } = seen;
      return { ...heard, figure, judged: { threshold, unit }, badSinceMs: before.badSinceMs ?? sinceMs, what };
    }
  }
}

/** The figure now; null: well. */
function figureOf(condition: Condition, rule: AlarmRule, atMs: number): number | null {
  if (rule.kind !== 'duration') return condition.figure;
  return condition.badSinceMs === null ? null : Math.max(0, Math.floor((atMs - condition.badSinceMs) / 1000));
}

function isBeyond(figure: number, threshold: number, breach: AlarmRule['breach']): boolean {
  return breach === 'above' ? figure >= threshold : figure < threshold;
}

/** Far enough on the good side: the threshold with its margin. */
function isWell(figure: number | null, threshold: number, rule: AlarmRule): boolean {
  if (figure === null) return true;
  if (rule.kind !== 'level') return false;
  const margin = threshold * rule.clearMargin;
  return !isBeyond(figure, rule.breach === 'above' ? threshold - margin : threshold + margin, rule.breach);
}

/**
 * Decides about one condition: pure. Raises when its figure passes the threshold, clears when it is well, with the
 * rule's margin, for the rule's time; in between nothing changes. `seen` null: only time has passed.
 */
export function judge(
  before: Condition | null,
  seen: Seen | null,
  rule: AlarmRule,
  applied: AppliedRule,
  atMs: number,
): Judgement {
  let now = seen === null ? (before ?? NOTHING) : learn(before ?? NOTHING, seen);
  if (!applied.enabled)
    return {
      condition: remember({ ...now, open: false, wellSinceMs: null }),
      verdict: now.open ? { t: 'clear' } : null,
    };
  const threshold = now.judged?.threshold ?? applied.threshold ?? 0;
  const figure = figureOf(now, rule, atMs);
  // What is judged elsewhere is bad as long as it is told, whatever the figures say.
  const isBreach = figure !== null && (rule.kind === 'judged' || isBeyond(figure, threshold, rule.breach));
  now = { ...now, breachSinceMs: isBreach ? (now.breachSinceMs ?? atMs) : null };

  if (!now.open) {
    if (figure === null || !isBreach) return { condition: remember(now), verdict: null };
    const sinceMs = now.badSinceMs ?? now.breachSinceMs ?? atMs;
    const unit = now.judged?.unit ?? rule.unit;
    return {
      condition: { ...now, open: true, wellSinceMs: null },
      verdict: { t: 'raise', figure, threshold, unit, sinceMs, what: now.what },
    };
  }
  // Levels are read regularly; what was told once and by an earlier process is taken to be over if nobody repeats it.
  const waits = now.unheard && rule.kind !== 'judged';
  if (waits || !isWell(figure, threshold, rule)) return { condition: { ...now, wellSinceMs: null }, verdict: null };
  const wellSinceMs = now.wellSinceMs ?? atMs;
  if (atMs - wellSinceMs < rule.clearAfterMs) return { condition: { ...now, wellSinceMs }, verdict: null };
  return { condition: remember({ ...now, open: false, wellSinceMs: null }), verdict: { t: 'clear' } };
}

/** What is well and has no alarm need not be remembered. */
function remember(condition: Condition): Condition | null {
  return condition.badSinceMs === null && !condition.open ? null : condition;
}
