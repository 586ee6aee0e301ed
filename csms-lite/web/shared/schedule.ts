/** GetCompositeSchedule.conf (1.6 §6.22). */
export interface CompositeAnswer {
  status?: string;
  scheduleStart?: string;
  chargingSchedule?: {
    duration?: number;
    chargingRateUnit: 'A' | 'W';
    chargingSchedulePeriod: readonly { startPeriod: number; limit: number }[];
  };
}

export interface ScheduleSteps {
  /** Epoch seconds. */
  times: number[];
  values: number[];
  unit: 'A' | 'W';
}

/** A schedule as the corners of its steps, so that a line chart draws it; null where there is none. */
export function scheduleSteps(answer: CompositeAnswer | null, askedS: number): ScheduleSteps | null {
  const schedule = answer?.chargingSchedule;
  const startMs = Date.parse(answer?.scheduleStart ?? '');
  const periods = [...(schedule?.chargingSchedulePeriod ?? [])].sort((a, b) => a.startPeriod - b.startPeriod);
  if (schedule === undefined || Number.isNaN(startMs) || periods.length === 0) return null;
  const endS = schedule.duration ?? askedS;
  const steps: ScheduleSteps = { times: [], values: [], unit: schedule.chargingRateUnit };
  periods.forEach((period, index) => {
    const until = Math.min(periods[index + 1]?.startPeriod ?? endS, endS);
    if (until <= period.startPeriod) return;
    // A line needs two points at a step; a millisecond apart they stay in order.
    steps.times.push(startMs / 1000 + period.startPeriod, startMs / 1000 + until - 0.001);
    steps.values.push(period.limit, period.limit);
  });
  return steps.times.length === 0 ? null : steps;
}
