/**
 * Runs jobs one after the other, in the order of `push`. Says when it is full and when half of it has been served, so
 * that its owner can stop and go on reading.
 */
export class SerialQueue {
  readonly #jobs: (() => Promise<void>)[] = [];
  readonly #limit: number;
  readonly #onFull: (waiting: number) => void;
  readonly #onHalf: () => void;
  #running = false;
  #full = false;

  constructor(limit: number, onFull: (waiting: number) => void, onHalf: () => void) {
    this.#limit = limit;
    this.#onFull = onFull;
    this.#onHalf = onHalf;
  }

  /** @param job must not reject */
  push(job: () => Promise<void>): void {
    this.#jobs.push(job);
    if (!this.#full && this.#jobs.length >= this.#limit) {
      this.#full = true;
      this.#onFull(this.#jobs.length);
    }
    if (!this.#running) void this.#run();
  }

  /** Forgets the jobs that have not begun. */
  clear(): void {
    this.#jobs.length = 0;
  }

  async #run(): Promise<void> {
    this.#running = true;
    for (let job = this.#jobs.shift(); job !== undefined; job = this.#jobs.shift()) {
      if (this.#full && this.#jobs.length <= this.#limit / 2) {
        this.#full = false;
        this.#onHalf();
      }
      await job();
    }
    this.#running = false;
  }
}
