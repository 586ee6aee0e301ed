import type { RegisterStore } from './registerStore.js';

export function createFileRegisterStore(_options: { path: string }): RegisterStore {
  throw new Error('follows');
}
