export * from './generated/actions.js';
export type * from './generated/messages.js';
export { callV16, handlerV16, type V16Handlers } from './typed.js';
