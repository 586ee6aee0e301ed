/** How the simulated reader misbehaves until told otherwise. */
export type ReaderMode = 'normal' | 'missing' | 'busy' | 'garbage' | 'silent';
/** What goes wrong once. */
export type ReaderFault = 'stale' | 'truncated' | 'bad-checksum' | 'error-frame';
