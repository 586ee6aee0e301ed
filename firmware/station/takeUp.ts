import type { ChargePointConfig } from '../config/config.js';
import type { Configuration } from '../ocpp/v16/configuration.js';
import type { Events } from './events.js';
import type { OpenedJournal } from './journal/journal.js';

export interface TakeUpOptions {
  config: ChargePointConfig;
  opened: OpenedJournal;
  configuration: Configuration;
  events: Events;
  log: (level: 'info' | 'warn' | 'error', message: string, data?: Record<string, unknown>) => void;
}

/** What has to be done with a journal that was just opened, before connectors start. */
export function takeUpJournal({ config, opened, configuration, events, log }: TakeUpOptions): void {
  const { journal, outcome, sameProcess } = opened;
  const harmless = outcome.t === 'ok' || outcome.t === 'fresh';
  log(harmless ? 'info' : 'error', outcome.sentence, {
    outcome: outcome.t,
    hint: outcome.hint,
    keptIn: outcome.keptIn,
  });
  for (const { code, message, hint } of outcome.findings) log('warn', message, { code, hint });
  if (!harmless)
    events.tell('JournalRecovered', `${outcome.sentence} ${outcome.hint}`, { data: { outcome: outcome.t } });

  for (const { name, reason } of configuration.applyInitial(config.ocpp.configuration)) {
    const hint = 'Correct ocpp.configuration in the configuration file; the key was left at its default.';
    log('warn', `ocpp.configuration: ${name} ${reason}`, { hint });
    events.tell('ConfigurationIgnored', `ocpp.configuration: ${name} ${reason}. ${hint}`, { data: { key: name } });
  }

  // Only this thread was restarted: cars charge on.
  if (sameProcess) return;
  if (config.powerLoss.openTransaction === 'resume') {
    for (const { connectorId, localId } of journal.transactions.resumeInterrupted())
      events.tell('TransactionResumed', `Connector ${connectorId}: the session goes on after a restart`, {
        connectorId,
        data: { localId },
      });
    return;
  }
  for (const { connectorId, localId, meterStopWh, reason } of journal.transactions.endInterrupted())
    events.tell(
      'TransactionEnded',
      `Connector ${connectorId}: the session was interrupted (${reason}) and ends at ${meterStopWh} Wh`,
      { connectorId, data: { localId, reason, meterStopWh } },
    );
}
