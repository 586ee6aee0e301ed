import type { Links, StationLink } from '../core/core.js';

/** Connected charge points. An entry is taken out by its socket, never by its id: the id may have a newer socket. */
export interface Registry extends Links {
  /** @returns the link that was there before */
  set(link: StationLink): StationLink | null;
  /** @returns false when another socket has taken its place */
  remove(link: StationLink): boolean;
}

export function createRegistry(): Registry {
  const links = new Map<string, StationLink>();
  return {
    get size() {
      return links.size;
    },
    get: (stationId) => links.get(stationId) ?? null,
    all: () => links.values(),
    set(link) {
      const before = links.get(link.stationId) ?? null;
      links.set(link.stationId, link);
      return before;
    },
    remove(link) {
      if (links.get(link.stationId) !== link) return false;
      links.delete(link.stationId);
      return true;
    },
  };
}
