import type { Handler } from './handler.js';

/** 1.6 §5.6. */
export const dataTransfer: Handler<'DataTransfer'> = (request, { vendors }) => vendors.answer(request);
