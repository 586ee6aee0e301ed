import { escapeHtml } from '../html.js';
import { duration, energy, power, type Quantity } from '../shared/format.js';
import { NOTES, type Offer } from './control.js';
import { adviceOf, type DriverView, type ReceiptView, type SessionView } from './view.js';

function amount({ value, unit }: Quantity): string {
  return `${value}${unit === '' ? '' : ` <small>${unit}</small>`}`;
}

/** Shown in UTC; the script puts the viewer's own time in its place. */
function time(atMs: number): string {
  const iso = new Date(atMs).toISOString();
  return `<time datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')} UTC</time>`;
}

function fact(label: string, value: string): string {
  return `<div><dt>${label}</dt><dd>${value}</dd></div>`;
}

function sessionHtml(session: SessionView, nowMs: number): string {
  return [
    session.powerW === null ? '' : `<p class="power">${amount(power(session.powerW))}</p>`,
    '<dl>',
    fact('Energy', amount(energy(session.energyWh))),
    fact('Time', `<span data-since="${session.startedAtMs}">${amount(duration(nowMs - session.startedAtMs))}</span>`),
    session.cost === null ? '' : fact('Cost so far', escapeHtml(session.cost)),
    session.socPercent === null ? '' : fact('Battery', `${session.socPercent} <small>%</small>`),
    '</dl>',
  ].join('');
}

function receiptHtml(receipt: ReceiptView): string {
  return [
    '<section class="receipt"><h2>Receipt of the last session</h2><dl>',
    fact('Energy', amount(energy(receipt.energyWh))),
    fact('Time', amount(duration(receipt.stoppedAtMs - receipt.startedAtMs))),
    fact('From', time(receipt.startedAtMs)),
    fact('To', time(receipt.stoppedAtMs)),
    ...receipt.lines.map(({ label, amount: text }) => fact(escapeHtml(label), escapeHtml(text))),
    receipt.total === null ? '' : fact('Total', `<b>${escapeHtml(receipt.total)}</b>`),
    fact('Number', String(receipt.id)),
    '</dl></section>',
  ].join('');
}

function offerHtml(offer: Offer, action: string): string {
  if (offer.kind === 'nothing') return '';
  const field = offer.card
    ? '<label>Number of your card<input name="card" required maxlength="20" autocomplete="off" autocapitalize="characters" spellcheck="false"></label>'
    : '';
  const word = offer.kind === 'start' ? 'Start charging' : 'Stop charging';
  return `<form method="post" action="${escapeHtml(`${action}/${offer.kind}`)}">${field}<button class="${offer.kind}">${word}</button></form>`;
}

export function driverPath(chargePointId: string, connectorId: number): string {
  return `/c/${encodeURIComponent(chargePointId)}/${connectorId}`;
}

/** The part of the page that changes; sent whole whenever something did. */
export function driverFragment(view: DriverView, nowMs: number): string {
  const { word, advice, tone } = adviceOf(view);
  return [
    `<section class="state ${tone}"><h2>${escapeHtml(word)}</h2>`,
    advice === '' ? '' : `<p class="advice">${escapeHtml(advice)}</p>`,
    view.session === null ? '' : sessionHtml(view.session, nowMs),
    '</section>',
    view.prices.length === 0
      ? ''
      : `<section class="prices"><h2>Price</h2><ul>${view.prices.map((line) => `<li>${escapeHtml(line)}</li>`).join('')}</ul></section>`,
    view.receipt === null ? '' : receiptHtml(view.receipt),
  ].join('');
}

/** Fragment and the form below it: the form is not replaced while somebody types, unless its offer changed. */
export interface DriverPart {
  state: string;
  form: string;
}

export function driverPart(view: DriverView, offer: Offer, nowMs: number): DriverPart {
  return {
    state: driverFragment(view, nowMs),
    form: offerHtml(offer, driverPath(view.chargePointId, view.connectorId)),
  };
}

export interface PublicPage {
  title: string;
  heading: string;
  note: string;
  body: string;
  /** Where the script listens; null: the page does not change. */
  stream: string | null;
}

/** A page for anybody: its own small style and script, so that it opens on an old phone with a bad network. */
export function publicPage(page: PublicPage): string {
  return [
    `<!doctype html><html lang="en"><head><meta charset="utf-8">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">',
    `<title>${escapeHtml(page.title)}</title><link rel="icon" href="/favicon.svg" type="image/svg+xml">`,
    '<link rel="stylesheet" href="/c/driver.css">',
    page.stream === null ? '' : '<noscript><meta http-equiv="refresh" content="10"></noscript>',
    page.stream === null ? '' : '<script src="/c/driver.js" defer></script>',
    `</head><body${page.stream === null ? '' : ` data-stream="${escapeHtml(page.stream)}"`}><header><h1>${escapeHtml(page.heading)}</h1>`,
    `<p>${escapeHtml(page.note)}</p><p id="link" role="status"></p></header><main>${page.body}</main>`,
    '</body></html>',
  ].join('');
}

export function noteHtml(code: string | undefined): string {
  const note = code === undefined ? undefined : NOTES[code];
  return note === undefined ? '' : `<p class="note${note.fault ? ' fault' : ''}" role="status">${note.text}</p>`;
}

export function partHtml({ state, form }: DriverPart): string {
  // What the form was made of: the script replaces it when another offer comes, and not while somebody types.
  return `<div id="state">${state}</div><div id="form" data-html="${escapeHtml(form)}">${form}</div>`;
}
