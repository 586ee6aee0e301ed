/** Frames of server-sent events that wait to be sent together. */
export interface EventBatch {
  /** How many were added since the last `take`. */
  readonly size: number;
  /**
   * `replaces`: of all frames with the same text only the newest is sent. Each carries its whole resource, so nothing is
   * missed but what lasted for less than the batch. `frame` is made when it is sent, or never.
   */
  add(frame: () => string, replaces?: string): void;
  /** Everything in order; the batch is empty afterwards. */
  take(): Buffer;
}

export function createEventBatch(): EventBatch {
  let frames: ((() => string) | null)[] = [];
  const places = new Map<string, number>();
  return {
    get size() {
      return frames.length;
    },
    add(frame, replaces) {
      if (replaces !== undefined) {
        const before = places.get(replaces);
        if (before !== undefined) frames[before] = null;
        places.set(replaces, frames.length);
      }
      frames.push(frame);
    },
    take() {
      const text = frames.map((frame) => frame?.() ?? '').join('');
      frames = [];
      places.clear();
      return Buffer.from(text);
    },
  };
}
