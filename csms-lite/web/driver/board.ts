import type { Station, Transaction } from '../../core/model.js';
import { escapeHtml } from '../html.js';
import { power } from '../shared/format.js';
import { driverPath } from './html.js';
import { adviceOf } from './view.js';

/** Every connector in a line: name, state, and what flows. Nothing about who charges. Pure. */
export function boardFragment(stations: readonly Station[], running: readonly Transaction[]): string {
  if (stations.length === 0) return '<section><p class="advice">There is no charger here yet.</p></section>';
  return stations
    .map((station) => {
      const lines = station.connectors.map((connector) => {
        const online = station.connected;
        const { word, tone } = adviceOf({ status: connector.status, online: true });
        const session = running.find(({ id }) => id === connector.transactionId);
        const flows = online && connector.status === 'Charging' ? (session?.live?.powerW ?? null) : null;
        const { value, unit } = power(flows);
        return [
          `<li class="${online ? tone : 'off'}">`,
          flows === null ? '' : `<span class="kw">${value} <small>${unit}</small></span>`,
          `<a href="${escapeHtml(driverPath(station.id, connector.connectorId))}">Connector ${connector.connectorId}</a> `,
          `<span class="word">${escapeHtml(online ? word : 'No connection')}</span></li>`,
        ].join('');
      });
      const body =
        lines.length === 0 ? '<p class="advice">No connector has been reported yet.</p>' : `<ul>${lines.join('')}</ul>`;
      return `<section class="board"><h2>${escapeHtml(station.displayName ?? station.id)}</h2>${body}</section>`;
    })
    .join('');
}
