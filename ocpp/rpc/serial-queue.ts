/**
 * Serves jobs one after the other, in the order of `push`. Says when it is full and when half of it has been served, so
 * that its owner can stop and go on reading.
 */
export class SerialQueue<Job> {
  readonly #jobs: Job[] = [];
  readonly #limit: number;
  readonly #serve: (job: Job, done: () => void) => void;
  readonly #onFull: (waiting: number) => void;
  readonly #onHalf: () => void;
  readonly #done = (): void => {
    this.#busy = false;
    this.#drain();
  };
  #busy = false;
  #draining = false;
  #full = false;

  /** @param serve calls `done` once, at once or later; must not throw */
  constructor(
    limit: number,
    serve: (job: Job, done: () => void) => void,
    onFull: (waiting: number) => void,
    onHalf: () => void,
  ) {
    this.#limit = limit;
    this.#serve = serve;
    this.#onFull = onFull;
    this.#onHalf = onHalf;
  }

  push(job: Job): void {
    this.#jobs.push(job);
    if (!this.#full && this.#jobs.length >= this.#limit) {
      this.#full = true;
      this.#onFull(this.#jobs.length);
    }
    this.#drain();
  }

  /** Forgets the jobs that have not begun. */
  clear(): void {
    this.#jobs.length = 0;
  }

  /** A loop, so that thousands of jobs that are done at once need no deeper stack than one. */
  #drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    while (!this.#busy) {
      const job = this.#jobs.shift();
      if (job === undefined) break;
      if (this.#full && this.#jobs.length <= this.#limit / 2) {
        this.#full = false;
        this.#onHalf();
      }
      this.#busy = true;
      this.#serve(job, this.#done);
    }
    this.#draining = false;
  }
}
