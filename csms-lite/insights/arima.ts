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

/** The library `arima` 0.2.8 (ctsa in WebAssembly, exact maximum likelihood), as far as it is used. */
interface ArimaModel {
  train(series: number[]): ArimaModel;
  predict(length: number): [values: number[], variances: number[]];
  destroy(): void;
}
type Arima = new (options: ArimaOrder & { verbose: boolean }) => ArimaModel;

let loaded: Arima | null = null;

/** CommonJS, with its WebAssembly inside: loaded at the first use, so that only the thread has it in memory. */
function library(): Arima {
  loaded ??= createRequire(import.meta.url)('arima') as Arima;
  return loaded;
}

/**
 * Fits the model and forecasts.
 * @returns null when the fit is useless: too short, not finite, or beyond anything the series has shown (the optimiser
 *   did not converge; it happens with p = q = 1, d = 0 on series with a trend)
 */
export function arimaForecast(series: readonly number[], order: ArimaOrder, horizon: number): number[] | null {
  const lowest = Math.min(...series);
  const highest = Math.max(...series);
  // A constant goes on; the library would divide by its variance.
  if (lowest === highest) return Array.from({ length: horizon }, () => lowest);
  const model = new (library())({ ...order, verbose: false });
  try {
    const [values] = model.train([...series]).predict(horizon);
    const room = highest - lowest;
    const isSane = values.every((value) => value > lowest - room && value < highest + room);
    return isSane ? values : null;
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
