// Alerts: what is wrong and since when, who is told, what is silenced, and what was in the last day.
import * as format from './format.js';
import { card, emptyState, number, scrolledTable, text } from './parts.js';
import { change, get } from './rest.js';
import { Section } from './section.js';
import { LiveTable, element } from './tables.js';

const SHOWN = 200;
const EVENTS = 200;
const HOURS = [[1, '1 hour'], [4, '4 hours'], [24, '1 day'], [168, '1 week']];
/** What makes two alerts the same to who silences one; the others say how bad it is. */
const NOT_MATCHED = ['severity', 'family'];

const seconds = (s) => format.seconds(s);
const ago = (at) => format.lasting(Date.now() - Date.parse(at));

function field(label, input) {
  const host = element('label', 'field', label + ' ');
  host.append(input);
  return host;
}

/** A button that does something at the collector and says what came of it. work: gives the text, or throws */
function action(name, work) {
  const host = element('span', 'inline');
  const button = element('button', 'act', name);
  button.type = 'button';
  const said = element('span', 'said');
  said.setAttribute('role', 'status');
  button.addEventListener('click', async () => {
    button.disabled = true;
    said.classList.remove('bad');
    said.textContent = '…';
    try {
      said.textContent = await work();
    } catch (e) {
      said.classList.add('bad');
      said.textContent = format.visible(e.message, 300);
    }
    button.disabled = false;
  });
  host.append(button, said);
  return host;
}

/** Alerts as entries that open; what is typed into one stays while the others change. */
class AlertList {
  constructor(host, silenced) {
    this.host = host;
    this.silenced = silenced;
    this.shown = new Map();
  }

  update(alerts) {
    const before = this.shown;
    this.shown = new Map();
    const wanted = alerts.map((alert) => {
      const id = JSON.stringify(alert.labels);
      const entry = before.get(id) || this.build(alert);
      this.shown.set(id, entry);
      this.fill(entry, alert);
      return entry.node;
    });
    wanted.forEach((node, i) => {
      if (this.host.children[i] !== node) this.host.insertBefore(node, this.host.children[i] || null);
    });
    while (this.host.children.length > wanted.length) this.host.lastElementChild.remove();
  }

  build(alert) {
    const node = element('details', 'alert');
    const summary = element('summary');
    const entry = { node, level: element('span', 'level'), state: element('span', 'state-of muted'), name: element('span', 'strong name'), what: element('span', 'what'), since: element('span', 'since muted') };
    summary.append(entry.level, entry.name, entry.what, entry.state, entry.since);
    entry.facts = element('dl', 'facts');
    node.append(summary, entry.facts, this.form(alert));
    return entry;
  }

  fill(entry, alert) {
    const set = (e, t) => { if (e.textContent !== t) e.textContent = t; };
    entry.node.dataset.level = alert.level;
    entry.node.dataset.state = alert.state;
    set(entry.level, alert.level);
    set(entry.name, format.visible(alert.name, 80));
    set(entry.what, format.visible(alert.annotations.summary || alert.labels.subject || '', 300));
    set(entry.state, alert.mutedBy && alert.state === 'firing' ? alert.state + ', not told' : alert.state);
    set(entry.since, ago(alert.resolvedAt || alert.since));
    const facts = [
      ['Since', format.dateTime(alert.since) + (alert.firedAt ? ', fires since ' + format.dateTime(alert.firedAt) : ', does not fire yet')],
      ...(alert.resolvedAt ? [['Over', format.dateTime(alert.resolvedAt)]] : []),
      ...(alert.annotations.advice ? [['What to do', format.visible(alert.annotations.advice, 1000)]] : []),
      ...(alert.value === null ? [] : [['Value', String(Number(alert.value.toPrecision(6)))]]),
      ...(alert.noData ? [['No data', 'its metrics are missing now']] : []),
      ...(alert.mutedBy ? [['Not told', format.visible(alert.mutedBy, 300)]] : []),
      ['Labels', Object.entries(alert.labels).map(([k, v]) => format.visible(k, 60) + '=' + format.visible(v, 200)).join('  ')],
    ];
    const key = JSON.stringify(facts);
    if (entry.key === key) return;
    entry.key = key;
    entry.facts.replaceChildren(...facts.flatMap(([k, v]) => [element('dt', '', k), element('dd', '', v)]));
  }

  form(alert) {
    const host = element('form', 'silence control');
    host.addEventListener('submit', (event) => event.preventDefault());
    const hours = element('select');
    HOURS.forEach(([value, name]) => hours.append(new Option(name, value)));
    hours.value = '4';
    const author = element('input');
    author.type = 'text';
    author.maxLength = 100;
    author.placeholder = 'your name';
    const comment = element('input');
    comment.type = 'text';
    comment.maxLength = 500;
    comment.placeholder = 'why';
    const matchers = Object.entries(alert.labels).filter(([name]) => !NOT_MATCHED.includes(name)).map(([name, value]) => name + '="' + value.replaceAll('\\', '\\\\').replaceAll('"', '\\"') + '"');
    host.append(field('Silence for', hours), field('by', author), field('because', comment), action('Silence', async () => {
      const made = await change('POST', 'alerts/silences', { matchers, duration: hours.value + 'h', author: author.value, comment: comment.value });
      this.silenced();
      return 'silenced until ' + format.dateTime(made.ends);
    }));
    return host;
  }
}

/**
 * Rows with a button each, which stays, with what it said, while the row changes. names: of columns; a wide screen alone shows those
 * that begin with a *. id(row); cells(row): texts; button(row): [name, work] or nothing
 */
function rows(table, buttons, names, found, id, cells, button) {
  const known = table.dataset.rows;
  const key = JSON.stringify(found.map((row) => [cells(row), Boolean(button(row))]));
  if (known === key) return;
  table.dataset.rows = key;
  const head = element('tr');
  [...names, ''].forEach((name) => {
    const th = element('th', name.startsWith('*') ? 'muted wide' : 'muted', name.replace('*', ''));
    th.scope = 'col';
    head.append(th);
  });
  const thead = element('thead');
  thead.append(head);
  const body = element('tbody');
  found.forEach((row) => {
    const tr = element('tr');
    cells(row).forEach((cell, i) => tr.append(element(i === 0 ? 'th' : 'td', names[i].startsWith('*') ? 'text wide' : 'text', cell)));
    const last = element('td', 'text');
    const made = button(row);
    if (made) {
      if (!buttons.has(id(row))) buttons.set(id(row), action(...made));
      last.append(buttons.get(id(row)));
    }
    tr.append(last);
    body.append(tr);
  });
  table.replaceChildren(thead, body);
  const ids = new Set(found.map(id));
  [...buttons.keys()].filter((old) => !ids.has(old)).forEach((old) => buttons.delete(old));
}

export class Alerts extends Section {
  constructor(host, context) {
    super(host, context);
    this.now = card('Now', '');
    this.now.host.id = 'alerts-now';
    this.entries = element('div', 'alerts');
    this.calm = element('div');
    this.now.host.append(this.entries, this.calm);
    this.list = new AlertList(this.entries, () => this.load());

    this.silences = card('Silences', 'nobody is told of what they fit');
    this.silences.host.id = 'alerts-silences';
    this.silenceButtons = new Map();
    this.silenceTable = scrolledTable(this.silences.heading);
    this.noSilence = element('p', 'muted none', 'No silence: open an alert to make one.');
    this.silences.host.append(this.silenceTable.scroll, this.noSilence);

    this.receivers = card('Receivers', 'who is told');
    this.receivers.host.id = 'alerts-receivers';
    this.receiverButtons = new Map();
    this.receiverTable = scrolledTable(this.receivers.heading);
    this.noReceiver = element('p', 'muted none', 'Nobody is told: the file of rules names no receiver.');
    this.receivers.host.append(this.receiverTable.scroll, this.noReceiver);

    this.past = card('The last day', 'what fired, was over, was told');
    this.past.host.id = 'alerts-past';
    const past = scrolledTable(this.past.heading);
    this.pastTable = new LiveTable(past.table, (e) => e.id, [
      { name: 'At', text: (e) => format.dateTime(e.at), sort: (e) => e.at, largestFirst: true },
      { name: 'Level', text: (e) => e.severity, sort: (e) => e.severity, bad: (e) => e.severity === 'critical' || e.severity === 'emergency' },
      text('What', 'title', { wrap: true }),
      text('Subject', 'subject', { wide: true }),
    ], 'At', 'No alert fired in the last day.');
    this.past.host.append(past.scroll);

    this.rules = card('Rules', '');
    this.rules.host.id = 'alerts-rules';
    const rules = scrolledTable(this.rules.heading);
    this.ruleTable = new LiveTable(rules.table, (r) => r.name, [
      text('Rule', 'name'),
      text('Level', 'level'),
      number('Firing', 'firing', format.exact, format.exact, { bad: (r) => r.firing > 0 }),
      number('Pending', 'pending', format.exact, format.exact),
      number('Series', 'series', (n) => (n > 0 ? format.exact(n) : 'no data'), format.exact),
      { name: 'For', number: true, text: (r) => (r.forSeconds > 0 ? seconds(r.forSeconds) : format.NONE), sort: (r) => r.forSeconds },
      text('Expression', 'expression', { code: true, wide: true }),
      { name: 'Evaluated', text: (r) => (r.evaluatedAt ? format.clock(r.evaluatedAt) : 'not yet'), exact: (r) => 'took ' + seconds(r.tookSeconds), sort: (r) => r.evaluatedAt || '', wide: true },
      text('Problem', 'problem', { wrap: true, bad: (r) => r.problem !== '' }),
    ], 'Firing', 'No rules are in force: alerts.enabled is false, or the file has none.');
    this.rules.host.append(rules.scroll);
    host.append(this.now.host, this.silences.host, this.receivers.host, this.past.host, this.rules.host);
  }

  async ask(signal) {
    const [alerts, silences, receivers, rules, events] = await Promise.all([
      get('alerts', { limit: SHOWN }, signal), get('alerts/silences', {}, signal), get('alerts/receivers', {}, signal),
      get('alerts/rules', {}, signal), get('events', { kind: 'alert', last: '1d', limit: EVENTS }, signal),
    ]);
    return () => {
      this.drawNow(alerts);
      this.drawSilences(silences.silences);
      this.drawReceivers(receivers.receivers);
      this.pastTable.update(events.events.map((e, i) => ({ ...e, id: e.at + ' ' + e.title + ' ' + i })));
      this.past.note.textContent = 'what fired, was over, was told' + (events.next ? '; the newest ' + EVENTS : '');
      this.ruleTable.update(rules.rules);
      this.rules.note.textContent = format.exact(rules.rules.length) + ' over ' + format.exact(rules.series) + ' series'
        + (rules.problem ? '; ' + format.visible(rules.problem, 200) : '');
    };
  }

  drawNow(found) {
    const { firing, pending, resolved } = found.counts;
    this.now.note.textContent = format.exact(firing) + (firing === 1 ? ' fires, ' : ' fire, ') + format.exact(pending) + ' pending, ' + format.exact(resolved) + ' over lately'
      + (found.next ? '; the first ' + SHOWN + ' are shown' : '');
    this.list.update(found.alerts);
    const calm = found.alerts.length === 0;
    if (calm && this.calm.children.length === 0) this.calm.append(emptyState('Nothing is wrong, as far as the rules see.', 'Rules are written in config/alerts.yaml; alerts.rules names another file.'));
    this.calm.hidden = !calm;
  }

  drawSilences(found) {
    this.noSilence.hidden = found.length > 0;
    this.silenceTable.scroll.hidden = found.length === 0;
    rows(this.silenceTable.table, this.silenceButtons, ['Fits', '*State', 'Until', '*By', '*Because'], found, (s) => s.id,
      (s) => [s.matchers.map((m) => format.visible(m, 200)).join(' '), s.state, format.dateTime(s.ends), format.visible(s.author, 60), format.visible(s.comment, 200) || format.NONE],
      (s) => s.state === 'ended' ? null : ['End', async () => {
        await change('DELETE', 'alerts/silences/' + s.id);
        this.load();
        return 'ended';
      }]);
  }

  drawReceivers(found) {
    this.noReceiver.hidden = found.length > 0;
    this.receiverTable.scroll.hidden = found.length === 0;
    rows(this.receiverTable.table, this.receiverButtons, ['Name', '*Type', '*Sent', '*Given up', 'Problem'], found, (r) => r.name,
      (r) => [format.visible(r.name, 60), r.type, format.exact(r.sent) + (r.waiting > 0 ? ', ' + format.exact(r.waiting) + ' wait' : ''), format.exact(r.failed + r.dropped), format.visible(r.problem, 300) || format.NONE],
      (r) => ['Test', async () => {
        const tested = await change('POST', 'alerts/receivers/' + encodeURIComponent(r.name) + '/test');
        if (!tested.delivered) throw new Error(tested.problem);
        return 'it arrived';
      }]);
  }

  pauseMillis() {
    return 5000;
  }
}
