import type { Core } from '../core.js';
import { type AlarmService, createAlarmService } from './alarm-service.js';
import { type CheckSources, createChecks, observeAtStart } from './checks.js';
import { createAlarmEngine } from './engine.js';
import { createMailer, type MailerOptions } from './mail/mailer.js';
import { createRuleBook } from './rule-book.js';

export interface AlarmOptions {
  /** How often figures are read. Default: a minute. */
  checkEveryMs?: number;
  /** How often time is looked at: how late an alarm may be. Default: two seconds. */
  tickEveryMs?: number;
  /** Of the server itself, watched for their end: PEM files. */
  certificateFiles?: readonly string[];
  mail?: MailerOptions;
}

export interface Alarms {
  service: AlarmService;
  /** Reads every figure now; resolves when what it decided is stored. */
  check(): Promise<void>;
  /** Forgets alarms that ended, and mails, from before. */
  trim(beforeMs: number): Promise<void>;
  stop(): Promise<void>;
}

/** Starts watching: takes up what an earlier process left open, then follows events, time and figures. */
export async function startAlarms(
  core: Core,
  sources: Pick<CheckSources, 'databaseFile' | 'queues'>,
  options: AlarmOptions = {},
): Promise<Alarms> {
  const rules = await createRuleBook(core);
  const mailer = await createMailer(core, options.mail);
  const engine = await createAlarmEngine(core, rules.appliedOf, mailer.note);
  const checks = createChecks(core, {
    certificateFiles: options.certificateFiles ?? [],
    databaseFile: sources.databaseFile,
    queues: async () => ({ ...(await sources.queues()), 'mails about alarms': (await mailer.state()).pending }),
  });
  const { unsubscribe } = core.events.subscribe(({ event }) => {
    if (event.type === 'alarm.raised' || event.type === 'alarm.cleared') mailer.wake();
  });
  for (const observation of await observeAtStart(core)) engine.observe(observation);

  let checking: Promise<void> = Promise.resolve();
  const check = (): Promise<void> => {
    checking = checking
      .then(async () => {
        for (const observation of await checks.run()) engine.observe(observation);
        engine.tick();
        await engine.idle();
      })
      .catch((error: unknown) => core.log.error({ err: error }, 'alarms could not be checked; it is tried again'));
    return checking;
  };
  const timers = [
    setInterval(() => engine.tick(), options.tickEveryMs ?? 2_000),
    setInterval(() => void check(), options.checkEveryMs ?? 60_000),
  ];
  for (const timer of timers) timer.unref();
  void check();
  mailer.wake();

  return {
    service: createAlarmService(core, { rules, changed: () => engine.tick(), mail: mailer }),
    check,
    async trim(beforeMs) {
      await core.store.write((db) => db.deleteFrom('alarm').where('cleared_at_ms', '<', beforeMs).execute());
      await mailer.trim(beforeMs);
    },
    async stop() {
      for (const timer of timers) clearInterval(timer);
      unsubscribe();
      await checking;
      await engine.stop();
      await mailer.stop();
    },
  };
}
