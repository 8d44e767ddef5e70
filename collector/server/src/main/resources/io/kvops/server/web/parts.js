// Small parts that several sections have.
import * as format from './format.js';
import { element } from './tables.js';

/** A text, a command, and a button that copies it. */
export function copyable(command) {
  const host = element('div', 'copyable');
  const code = element('code', '', command);
  const pre = element('pre');
  pre.tabIndex = 0;
  pre.append(code);
  const button = element('button', '', 'Copy');
  button.type = 'button';
  const said = element('span', 'muted');
  said.setAttribute('role', 'status');
  button.addEventListener('click', () => copy(code, said));
  host.append(pre, button, said);
  return host;
}

export async function copy(code, said) {
  try {
    await navigator.clipboard.writeText(code.textContent);
    said.textContent = 'copied';
  } catch {
    // no clipboard without a secure context: select it, one key press is left
    getSelection().selectAllChildren(code);
    said.textContent = 'selected: press Ctrl+C';
  }
}

/** What stands where nothing is: why, and what to do next. */
export function emptyState(title, ...texts) {
  const host = element('div', 'nothing');
  host.append(element('p', 'strong', title));
  for (const text of texts) {
    host.append(text.startsWith('$ ') ? copyable(text.slice(2)) : element('p', '', text));
  }
  return host;
}

export const AGENT_LINE = '$ java -javaagent:$(./kvops agent-jar)=service=my-app -jar my-app.jar';

export function card(title, note) {
  const host = element('section', 'card');
  const head = element('div', 'head');
  const heading = element('h2', '', title);
  heading.id = 'h' + (++cards);
  const muted = element('span', 'muted', note || '');
  heading.append(' ', muted);
  head.append(heading);
  host.setAttribute('aria-labelledby', heading.id);
  host.append(head);
  return { host, head, heading, note: muted };
}
let cards = 0;

/** A table that can be scrolled by itself, by keyboard too. */
export function scrolledTable(heading) {
  const scroll = element('div', 'scroll');
  scroll.tabIndex = 0;
  scroll.setAttribute('role', 'group');
  scroll.setAttribute('aria-labelledby', heading.id);
  const table = element('table');
  scroll.append(table);
  return { scroll, table };
}

/** Buttons of which one is pressed. choices: [[value, text, title]] */
export function choice(label, choices, chosen) {
  const host = element('span', 'choice');
  host.setAttribute('role', 'group');
  host.setAttribute('aria-label', label);
  const buttons = choices.map(([value, text, title]) => {
    const button = element('button', '', text);
    button.type = 'button';
    if (title) button.title = title;
    button.dataset.value = value;
    button.addEventListener('click', () => chosen(value));
    host.append(button);
    return button;
  });
  const press = (value) => buttons.forEach((b) => b.setAttribute('aria-pressed', String(b.dataset.value === value)));
  return { host, press };
}

/** How much of a limit is used. */
export function meter(share) {
  const bar = element('span', 'bar' + (share >= 0.9 ? ' full' : ''));
  bar.style.setProperty('--share', Math.max(0, Math.min(1, share)).toFixed(4));
  return bar;
}

/** 2026-01-31 14:03:59 – 15:03:59 */
export function span(from, to) {
  const begin = format.dateTime(from);
  const end = format.dateTime(to);
  return begin + ' – ' + (begin.slice(0, 10) === end.slice(0, 10) ? end.slice(11) : end);
}

// Columns of tables.
export const perSecond = (v) => format.exact(v) + ' /s';
export const inNanos = (v) => format.exact(v) + ' ns';
export const number = (name, field, text, exact, more) => ({
  name, number: true, text: (r) => text(r[field]), exact: (r) => exact(r[field]), sort: (r) => r[field], ...more,
});
export const text = (name, field, more) => ({
  name, text: (r) => format.visible(r[field]) || format.NONE, exact: (r) => format.visible(r[field], 1000), sort: (r) => r[field] || '', ...more,
});

/** The rows, each with the largest values of all of them, for its bars. */
export function withTops(rows, fields) {
  const tops = {};
  for (const [top, field] of Object.entries(fields)) tops[top] = rows.reduce((most, r) => Math.max(most, r[field]), 1);
  return rows.map((row) => ({ ...row, ...tops }));
}
