// Two windows beside each other: what changed, and whether that may be chance.
import * as address from './address.js';
import { Filters, Grouping, WindowChoice, timeField, toolbar } from './controls.js';
import * as format from './format.js';
import { AGENT_LINE, card, choice, emptyState, scrolledTable, span } from './parts.js';
import { get } from './rest.js';
import { Section } from './section.js';
import { LiveTable, element } from './tables.js';

const WINDOW = '1h';
const BY = 'service,store,op';
const GROUPS = 500;
const BEFORE = [['', 'the window just before'], ['1d', 'a day earlier'], ['7d', 'a week earlier'], ['fixed', 'from–to']];
const LENGTHS = [['5', '5 min'], ['15', '15 min'], ['60', '1 h'], ['360', '6 h']];

const METRICS = {
  rate: { name: 'rate', show: format.rate, more: false },
  errorRate: { name: 'errors', show: format.percent, more: true },
  missRate: { name: 'misses', show: format.percent, more: false },
  latency: { name: 'latency', show: format.nanos, more: true },
};

/** How sure it is, in words: by the probability that is corrected for how much was looked at. */
function sure(change) {
  if (!change.significant) return 'may well be chance';
  if (change.adjusted < 0.000001) return 'not chance';
  if (change.adjusted < 0.001) return 'very unlikely to be chance';
  return 'unlikely to be chance';
}

function probability(p) {
  return p < 0.0001 ? 'below 0.0001' : p.toFixed(4);
}

/** How far a number moved, the same up or down; what is new or gone moved furthest. */
function effect(change) {
  if (change.ratio === null || change.ratio === 0) return 20;
  return Math.abs(Math.log(change.ratio));
}

/** Of a latency that changed, the percentile that moved furthest says it best; else it is the median. */
function telling(change, group) {
  if (change.metric !== 'latency') return change;
  const moved = group.quantiles.filter((q) => q.moved && q.beforeNanos > 0 && q.afterNanos > 0);
  if (!change.significant || moved.length === 0) return { ...change, percentile: 50 };
  const far = (q) => Math.abs(Math.log(q.afterNanos / q.beforeNanos));
  const most = moved.reduce((best, q) => (far(q) > far(best) ? q : best));
  return { ...change, percentile: most.percentile, before: most.beforeNanos, after: most.afterNanos, ratio: most.afterNanos / most.beforeNanos };
}

function quantiles(group, ...wanted) {
  return group.quantiles.filter((q) => wanted.includes(q.percentile))
    .map((q) => 'p' + q.percentile + ' ' + format.nanos(q.beforeNanos) + ' → ' + format.nanos(q.afterNanos)).join(', ');
}

function rowsOf(found) {
  return found.groups.flatMap((group) => group.changes
    // nothing then and nothing now is no news
    .filter((change) => change.before > 0 || change.after > 0)
    .map((change) => telling(change, group))
    .map((change) => ({ ...change, group, rank: (change.significant ? 100 : 0) + effect(change) })));
}

function what(row) {
  return row.metric === 'latency' ? 'latency, p' + row.percentile : METRICS[row.metric].name;
}

function worse(row) {
  return row.significant && METRICS[row.metric].more && (row.verdict === 'higher' || row.verdict === 'slower');
}

const pair = (name, field) => ({
  name, number: true, sort: (r) => r[field], text: (r) => (r[field] > 0 ? METRICS[r.metric].show(r[field]) : format.NONE),
  exact: (r) => what(r) + ' ' + r[field] + (r.metric === 'latency' ? ' ns' : r.metric === 'rate' ? ' /s' : ''),
});

function columns(by) {
  return [
    ...(by.length === 0 ? [{ name: 'Group', text: () => 'all operations', sort: () => 0 }] : []),
    ...by.map((name) => ({
      name: address.DIMENSIONS[name][0].toUpperCase() + address.DIMENSIONS[name].slice(1),
      code: name === 'pattern',
      text: (r) => format.visible(r.group.key[name]) || '(none)',
      exact: (r) => format.visible(r.group.key[name], 1000),
      sort: (r) => r.group.key[name],
    })),
    { name: 'What', text: what, sort: what },
    pair('Before', 'before'),
    pair('After', 'after'),
    {
      name: 'Change', number: true, sort: (r) => (r.ratio === null ? Infinity : r.ratio), bad: worse,
      text: (r) => (r.ratio === null ? 'new' : r.after === 0 ? 'gone' : format.change(r.ratio)),
      exact: (r) => format.exact(r.group.countBefore) + ' operations before, ' + format.exact(r.group.countAfter) + ' after',
    },
    { name: 'Verdict', bad: worse, sort: (r) => r.verdict, text: (r) => r.verdict, exact: (r) => r.test },
    {
      name: 'Significance', largestFirst: true, sort: (r) => r.rank, text: sure,
      exact: (r) => 'probability ' + probability(r.probability) + ', for all that was looked at ' + probability(r.adjusted) + '; ' + r.test,
    },
    {
      name: 'Besides', sort: (r) => (r.group.quantiles.length > 0 && r.metric === 'latency' ? r.group.quantiles[r.group.quantiles.length - 1].afterNanos : 0),
      text: (r) => (r.metric === 'latency' ? quantiles(r.group, r.percentile === 99 ? 50 : 99) || format.NONE : ''),
      exact: (r) => (r.metric !== 'latency' ? '' : r.group.quantiles.map((q) => 'p' + q.percentile + ': '
        + format.nanos(q.beforeLowNanos) + ' to ' + format.nanos(q.beforeHighNanos) + ', then '
        + format.nanos(q.afterLowNanos) + ' to ' + format.nanos(q.afterHighNanos) + (q.moved ? ', moved' : '')).join('; ')),
    },
  ];
}

/** The window before: just before, so far back, or from–to. */
class BeforeChoice {
  constructor() {
    this.host = element('div', 'control');
    this.buttons = choice('Compared with', BEFORE, (value) => this.chosen(value));
    this.form = element('form', 'inline');
    this.from = timeField('from');
    this.to = timeField('to');
    this.said = element('span', 'bad');
    this.said.setAttribute('role', 'alert');
    this.form.append(this.from.host, this.to.host, element('button', '', 'Compare'), this.said);
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      const from = this.from.read();
      const to = this.to.read();
      this.said.textContent = !from || !to || from >= to ? 'The begin has to be before the end.' : '';
      if (!this.said.textContent) address.change({ back: undefined, beforeFrom: from, beforeTo: to });
    });
    this.host.append(element('span', 'name', 'Compared with'), this.buttons.host, this.form);
  }

  chosen(value) {
    if (value !== 'fixed') {
      address.change({ back: value || undefined, beforeFrom: undefined, beforeTo: undefined });
      return;
    }
    this.buttons.press('fixed');
    this.form.hidden = false;
    if (!this.to.input.value) {
      this.to.set(new Date(Date.now() - 3600000));
      this.from.set(new Date(Date.now() - 7200000));
    }
    this.from.input.focus();
  }

  show(values) {
    this.form.hidden = !values.beforeFrom;
    if (values.beforeFrom) {
      this.from.set(values.beforeFrom);
      this.to.set(values.beforeTo || new Date());
    }
    this.buttons.press(values.beforeFrom ? 'fixed' : values.back || '');
  }
}

/** Before and after one moment. */
class Deployment {
  constructor() {
    this.host = element('form', 'control');
    this.at = timeField('Before and after a deployment at');
    this.length = element('select');
    this.length.setAttribute('aria-label', 'Length of both windows');
    LENGTHS.forEach(([value, text]) => {
      const option = element('option', '', text + ' each');
      option.value = value;
      this.length.append(option);
    });
    this.length.value = '15';
    this.host.append(this.at.host, this.length, element('button', '', 'Compare'));
    this.host.addEventListener('submit', (event) => {
      event.preventDefault();
      if (!this.at.read()) return;
      const at = Date.parse(this.at.read());
      const length = Number(this.length.value) * 60000;
      const iso = (millis) => new Date(millis).toISOString();
      address.change({
        last: undefined, back: undefined, from: iso(at), to: iso(at + length), beforeFrom: iso(at - length), beforeTo: iso(at),
      });
    });
  }
}

export class Compare extends Section {
  constructor(host, context) {
    super(host, context);
    const by = Object.keys(address.DIMENSIONS).filter((name) => name !== 'outcome');
    this.tools = toolbar(new WindowChoice(WINDOW), new BeforeChoice(), new Deployment(), new Grouping(by, BY), new Filters(WINDOW, 'outcome'));
    this.nothing = element('div');
    this.made = card('Changes', '');
    this.made.host.id = 'changes';
    this.summary = element('p', 'strong');
    this.windows = element('p', 'muted');
    this.explained = element('p', 'muted', 'Significant changes first, the largest on top. Rates are counted over the time that frames cover.');
    host.append(this.nothing, this.made.host);
    host.prepend(this.tools.host);
  }

  show(values) {
    this.tools.show(values);
    super.show(values);
  }

  async ask(signal) {
    const values = this.values;
    const by = address.groupsOf(values, BY, 'outcome');
    const before = values.beforeFrom ? { beforeFrom: values.beforeFrom, beforeTo: values.beforeTo } : { back: values.back };
    const found = await get('compare', {
      ...address.windowOf(values, WINDOW), ...before, ...address.filtersOf(values, 'outcome'), by: by.join(','), limit: GROUPS,
    }, signal);
    return () => this.draw(found, by);
  }

  draw(found, by) {
    const bothEmpty = found.groups.length === 0;
    this.made.host.hidden = bothEmpty;
    this.nothing.replaceChildren(...(bothEmpty ? [this.empty(found)] : []));
    if (bothEmpty) return;
    const key = by.join(',');
    if (this.by !== key) {
      this.by = key;
      const { scroll, table } = scrolledTable(this.made.heading);
      this.table = new LiveTable(table, (r) => JSON.stringify(r.group.key) + r.metric, columns(by), 'Significance', 'Nothing to compare.');
      this.scroll = scroll;
      this.made.host.replaceChildren(this.made.head, this.summary, this.windows, this.explained, scroll);
    }
    const had = found.before.coveredSeconds > 0;
    const has = found.after.coveredSeconds > 0;
    this.summary.textContent = had && has ? found.summary + '.'
      : 'There is nothing to compare with: nothing was reported in the ' + (had ? 'later' : 'earlier') + ' window. Choose another one above.';
    this.windows.textContent = 'Before: ' + span(found.before.from, found.before.to) + '. After: ' + span(found.after.from, found.after.to)
      + (found.groupCount > found.groups.length ? '. The first ' + format.exact(found.groups.length) + ' of ' + format.exact(found.groupCount) + ' groups' : '') + '.';
    this.scroll.hidden = !had || !has;
    this.explained.hidden = !had || !has;
    this.table.update(rowsOf(found));
  }

  empty(found) {
    const state = emptyState('Nothing was reported in either window.',
      'Before: ' + span(found.before.from, found.before.to) + '. After: ' + span(found.after.from, found.after.to) + '.',
      'Choose longer windows or fewer filters, or attach an agent to a Java program:', AGENT_LINE);
    state.classList.add('card');
    return state;
  }
}
