import { ocppTime } from '../time.js';
import type { Handler } from './handler.js';

/** Heartbeat.req (1.6 §4.6). That the charge point lives is noted with every frame, by the gateway. */
export const heartbeat: Handler = ({ core }) => ({ currentTime: ocppTime(core.nowMs()) });
