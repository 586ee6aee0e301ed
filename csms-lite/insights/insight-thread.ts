/**
 * A thread that computes the insights once and ends. It reads the sessions file by a connection that cannot write, and
 * gives way to the rest of the process where the system lets a thread do so.
 */
import { getPriority, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { openReader } from '../store/dialect.js';
import { computeAll } from './compute.js';
import type { ThreadAnswer, ThreadTask } from './insight-service.js';
import { readRows } from './rows.js';

const { databaseFile, nowMs, timeZone } = workerData as ThreadTask;

/** A third of the weight of an ordinary thread where both want the processor. */
const NICENESS = 5;
// On Linux a priority belongs to a thread; elsewhere this would slow down the whole process. Who is nicer stays so.
if (process.platform === 'linux') setPriority(0, Math.max(NICENESS, getPriority(0)));

const reader = openReader(databaseFile);
const rows = await readRows(reader.db, nowMs, timeZone);
await reader.close();
const { fromMs, toMs } = rows;
const answer: ThreadAnswer = { fromMs, toMs, computed: computeAll(rows, () => performance.now()) };
parentPort?.postMessage(answer);
