/** Remarks on a session's data in a sentence each (`QualityFlag` in core/model.ts). */
export const FLAG_TEXTS: Record<string, string> = {
  'start-refused': 'The start was answered with something other than Accepted.',
  'reported-late':
    'Reported more than 2 minutes after it happened: kept by the charger while it was offline, or its clock is slow.',
  'clock-ahead': 'A time was more than 2 minutes in the future: the charger’s clock is fast.',
  'timestamp-unreadable': 'A time could not be read; the time of receipt stands in.',
  'register-backwards': 'The energy register went backwards; the energy is the sum of its increases.',
  'end-estimated': 'The charger has not reported the end; this is the best that is known.',
  'start-unknown': 'Only the end was reported.',
  'conflicting-stop': 'The end was reported twice with different figures; the first one stands.',
  'late-data': 'Data came after the end.',
  'wallet-limit': 'It was told to stop: its cost had reached what the wallet can bear.',
  'cost-unpaid': 'The wallet could not bear all of the cost; the next top-up pays the rest.',
};
