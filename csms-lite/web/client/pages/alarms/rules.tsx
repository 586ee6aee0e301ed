import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { AlarmRuleView } from '../../../../api/present-alarm.js';
import { call, type Page } from '../../api.js';
import { Done, Panel, Problem } from '../../parts/basics.js';
import { type Acts, useActs, useRead } from '../../use.js';

/** As the threshold is typed. */
const UNITS: Partial<Record<AlarmRuleView['unit'], string>> = { s: 'seconds', d: 'days', '%': '%', waiting: 'waiting' };

function Rule({ rule, acts }: { rule: AlarmRuleView; acts: Acts }) {
  const typed = useSignal(String(rule.threshold ?? ''));
  useEffect(() => {
    typed.value = String(rule.threshold ?? '');
  }, [rule.threshold]);
  const set = (change: object, done: string): void =>
    acts.act(() => call('PATCH', `/alarm-rules/${rule.rule}`, change), done);
  const isDefault = rule.threshold === rule.defaultThreshold;
  return (
    <li>
      <div>
        <label class="check">
          <input
            type="checkbox"
            checked={rule.enabled}
            onChange={(event) => {
              const enabled = event.currentTarget.checked;
              set({ enabled }, `${rule.title}: ${enabled ? 'on' : 'off, and its alarms are ended'}.`);
            }}
          />
          <strong>{rule.title}</strong>
        </label>
        <p class="muted">{rule.measures}</p>
      </div>
      {rule.threshold === null ? (
        <p class="muted">threshold by the detector</p>
      ) : (
        <form
          class="bar"
          onSubmit={(event) => {
            event.preventDefault();
            set({ threshold: Number(typed.value) }, `${rule.title}: threshold set.`);
          }}
        >
          <label class="field">
            {rule.breach === 'above' ? 'from' : 'below'} ({UNITS[rule.unit] ?? rule.unit}
            {isDefault ? '' : `; by default ${rule.defaultThreshold}`})
            <input
              type="number"
              min={rule.minimum ?? undefined}
              max={rule.maximum ?? undefined}
              required
              value={typed.value}
              onInput={(event) => {
                typed.value = event.currentTarget.value;
              }}
            />
          </label>
          <button type="submit" class="small" disabled={acts.busy.value || Number(typed.value) === rule.threshold}>
            Set<span class="visually-hidden"> threshold of {rule.title}</span>
          </button>
        </form>
      )}
    </li>
  );
}

/** When an alarm is raised: each rule with its threshold, and a switch. */
export function AlarmRules() {
  const rules = useRead<Page<AlarmRuleView>>('/alarm-rules');
  const acts = useActs(rules.reload);
  return (
    <Panel title="Rules" note="what raises an alarm">
      <Problem error={rules.problem.value ?? acts.problem.value} />
      <Done text={acts.done.value} />
      <ul class="knocks">
        {(rules.data.value?.items ?? []).map((rule) => (
          <Rule key={rule.rule} rule={rule} acts={acts} />
        ))}
      </ul>
    </Panel>
  );
}
