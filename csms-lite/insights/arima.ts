import { createRequire } from 'node:module';

/** Orders of a (seasonal) ARIMA model, as in Box and Jenkins: (p,d,q)(P,D,Q)s. */
export interface ArimaOrder {
  p: number;
  d: number;
  q: number;
  P?: number;
  D?: number;
  Q?: number;
  s?: number;
}

/** The library `arima` 0.2.8 (ctsa in WebAssembly), as far as it is used. */
interface ArimaModel {
  train(series: number[]): ArimaModel;
  predict(length: number): [values: number[], variances: number[]];
  destroy(): void;
}
type Arima = new (options: ArimaOrder & Fit & { verbose: boolean }) => ArimaModel;

/** How it estimates, by the library's numbers. */
interface Fit {
  method: number;
  optimizer: number;
}

/**
 * Conditional sum of squares by L-BFGS, then exact likelihood by Nelder and Mead. The library's default (exact likelihood
 * by L-BFGS) runs into explosive parameters on hourly loads; these two agree there to six digits.
 */
const FITS: readonly Fit[] = [
  { method: 1, optimizer: 6 },
  { method: 0, optimizer: 0 },
];

let loaded: Arima | null = null;

/** CommonJS, with its WebAssembly inside: loaded at the first use, so that only the thread has it in memory. */
function library(): Arima {
  loaded ??= createRequire(import.meta.url)('arima') as Arima;
  return loaded;
}

/**
 * Fits the model and forecasts.
 * @returns null when every fit is useless: the series too short, or values beyond anything that it has shown
 */
export function arimaForecast(series: readonly number[], order: ArimaOrder, horizon: number): number[] | null {
  const lowest = Math.min(...series);
  const highest = Math.max(...series);
  // A constant goes on; the library would divide by its variance.
  if (lowest === highest) return Array.from({ length: horizon }, () => lowest);
  const room = highest - lowest;
  for (const fit of FITS) {
    const values = fitted(series, order, fit, horizon);
    // A fit that did not converge explodes or is no number at all.
    if (values?.every((value) => value > lowest - room && value < highest + room)) return values;
  }
  return null;
}

function fitted(series: readonly number[], order: ArimaOrder, fit: Fit, horizon: number): number[] | null {
  const model = new (library())({ ...order, ...fit, verbose: false });
  try {
    return model.train([...series]).predict(horizon)[0];
  } catch {
    // Too short for its orders: the library says so by throwing.
    return null;
  } finally {
    model.destroy();
  }
}

/** `ARIMA(1,1,1)`, `SARIMA(1,0,1)(0,1,1)24` */
export function orderName({ p, d, q, P = 0, D = 0, Q = 0, s = 0 }: ArimaOrder): string {
  return s === 0 ? `ARIMA(${p},${d},${q})` : `SARIMA(${p},${d},${q})(${P},${D},${Q})${s}`;
}
