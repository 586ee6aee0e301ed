/** Why a card or a remote start was turned down, for the person in front of it and for the technician. */
export interface Refusal {
  reason: string;
  /** The end of "Card … was refused: ". */
  message: string;
  /** What to do next. */
  hint: string;
}

export const DISK_FULL: Refusal = {
  reason: 'DiskFull',
  message: 'the disk is full, so a session could not be put on record',
  hint: 'Free space on the disk of the state directory; running sessions are safe.',
};

export const RESETTING: Refusal = {
  reason: 'Resetting',
  message: 'the charge point restarts',
  hint: 'Wait a minute and tap again.',
};
