/** Why a card or a remote start was turned down, for the person in front of it and for the technician. */
export interface Refusal {
  reason: string;
  /** The end of "Card … was refused: ". */
  message: string;
  /** What to do next. */
  hint: string;
}
