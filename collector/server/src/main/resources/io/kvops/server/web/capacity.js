// What runs out when, how far that can be believed, and what to buy.
import * as address from './address.js';
import { toolbar } from './controls.js';
import * as format from './format.js';
import { card, choice, emptyState, scrolledTable } from './parts.js';
import { Chart, onNewColours } from './plot.js';
import { get } from './rest.js';
import { Section } from './section.js';
import { LiveTable, element } from './tables.js';

const AHEADS = [['7d', '7 d'], ['30d', '30 d'], ['90d', '90 d'], ['365d', '1 y']];
const PAST_TIMES = 5;
const REFUSED = 8;
const DAYS_MILLIS = 4 * 86400000;
/** A limit so many times as high as all else is not drawn. */
const LIMIT_MAX = 3;

const idOf = (o) => o.resource.store + '\n' + o.resource.part + '\n' + o.resource.metric;
const nameOf = (o, store, part, metric) => format.visible(o.resource.store, store) + (o.resource.part ? ' / ' + format.visible(o.resource.part, part) : '') + '  ' + format.visible(o.resource.metric, metric);
/** The metric first: a column is cut at its end, and hosts are alike. */
const rowOf = (o) => format.visible(o.resource.metric, 60) + '  ' + (o.resource.part ? format.visible(o.resource.part, 40) + ' in ' : '') + format.visible(o.resource.store, 50);
const total = (metric) => metric.endsWith('.total');
const value = (o, v) => format.gauge(o.resource.metric, total(o.resource.metric) && Math.abs(v) >= 100 ? Math.round(v) : v) + (total(o.resource.metric) ? '/s' : '');

/** A moment as precisely as what was looked at is long. */
function day(at, horizon) {
  return Date.parse(horizon) - Date.now() > DAYS_MILLIS ? format.dateTime(at).slice(0, 10) : format.dateTime(at).slice(5, 16);
}

function when(range) {
  if (!range.earliest) return 'not by ' + day(range.horizon, range.horizon);
  const from = day(range.earliest, range.horizon);
  const to = range.latest ? day(range.latest, range.horizon) : 'after ' + day(range.horizon, range.horizon);
  return from === to ? from : from + ' – ' + to;
}

function likely(range) {
  return range.likely ? 'likely ' + day(range.likely, range.horizon) : range.earliest ? 'likely later than ' + day(range.horizon, range.horizon) : 'not within the horizon';
}

const reached = (name, share) => {
  const at = (o) => (o.thresholds.find((t) => t.share === share) || {}).when;
  return {
    name, sort: (o) => (!at(o) ? Infinity : at(o).earliest ? Date.parse(at(o).earliest) : Number.MAX_VALUE),
    text: (o) => (!at(o) ? 'no limit' : o.current >= share * o.limit ? 'already' : when(at(o))),
    exact: (o) => (at(o) ? likely(at(o)) : ''),
    bad: (o) => Boolean(at(o) && at(o).earliest),
  };
};

const COLUMNS = [
  {
    name: 'Resource', sort: (o) => idOf(o), text: (o) => rowOf(o), exact: (o) => nameOf(o, 300, 300, 300),
    href: (o) => address.link('capacity', { ...address.read().values, store: o.resource.store, part: o.resource.part || undefined, metric: o.resource.metric }),
  },
  { name: 'Now', number: true, sort: (o) => o.current, text: (o) => value(o, o.current), exact: (o) => String(o.current) },
  { name: 'Limit', number: true, sort: (o) => o.limit || Infinity, text: (o) => (o.limit > 0 ? value(o, o.limit) : format.NONE), exact: (o) => String(o.limit) },
  {
    name: 'Used', number: true, sort: (o) => 1 - o.headroom, text: (o) => (o.limit > 0 ? format.percent(1 - o.headroom) : format.NONE),
    share: (o) => (o.limit > 0 ? 1 - o.headroom : 0), bad: (o) => o.limit > 0 && o.headroom <= 0.1,
  },
  { name: 'A day', number: true, sort: (o) => o.growthPerDay, text: (o) => (o.growthPerDay > 0 ? '+' : '') + value(o, o.growthPerDay), exact: (o) => String(o.growthPerDay) },
  reached('80 % reached', 0.8),
  reached('Full', 1),
  {
    name: 'Backtest', number: true, sort: (o) => o.forecast.errorAgainstNaive, text: (o) => (o.forecast.errorAgainstNaive === null ? format.NONE : o.forecast.errorAgainstNaive.toFixed(2)),
    title: 'error, divided by that of the last value: below 1 is better',
    exact: (o) => o.forecast.models.map((m) => m.model + ' ' + format.percent(m.weight)).join(', ') + '; intervals held ' + (o.forecast.coverage === null ? 'nothing yet' : format.percent(o.forecast.coverage)),
  },
  {
    name: 'Kept forecasts', number: true, title: 'how forecasts of the past did: error against the last value, and values within their interval',
    sort: (o) => (o.score.errorAgainstNaive === null ? Infinity : o.score.errorAgainstNaive),
    text: (o) => (o.score.forecasts === 0 ? 'none to score yet' : o.score.errorAgainstNaive === null ? format.NONE : o.score.errorAgainstNaive.toFixed(2) + ', ' + format.percent(o.score.coverage)),
    exact: (o) => o.score.forecasts + ' forecasts, ' + o.score.values + ' values',
  },
];

const money = (field) => (r) => (r.choice[field] ? r.choice[field].perMonth.toFixed(2) : format.NONE);
const CHOICES = [
  { name: '', sort: (r) => r.order, text: (r) => r.name },
  { name: 'Machines', sort: (r) => r.name, text: (r) => layout(r.choice.layout) },
  { name: 'A month', number: true, sort: (r) => r.choice.cost.perMonth, text: (r) => r.choice.cost.perMonth.toFixed(2) + ' ' + r.choice.cost.currency },
  { name: 'A year', number: true, sort: (r) => r.choice.cost.perYear, text: (r) => r.choice.cost.perYear.toFixed(2) + ' ' + r.choice.cost.currency },
  { name: 'Saves a month', number: true, sort: (r) => (r.choice.saving ? r.choice.saving.perMonth : 0), text: money('saving') },
  {
    name: 'Risk', number: true, title: 'share of the simulated futures in which it is too small', sort: (r) => r.choice.risk,
    text: (r) => format.percent(r.choice.risk), exact: (r) => String(r.choice.risk), bad: (r) => r.choice.risk > 0.025,
  },
];

function layout(l) {
  return l.shards + ' × ' + format.visible(l.shape.name, 60) + (l.replicas > 0 ? ', ' + l.replicas + (l.replicas === 1 ? ' replica each' : ' replicas each') : '');
}

/** How far to look ahead. */
class AheadChoice {
  constructor() {
    this.host = element('div', 'control');
    this.buttons = choice('Look ahead', AHEADS, (ahead) => address.change({ ahead }));
    this.page = element('a', 'button', 'As a page to keep');
    this.host.append(element('span', 'name', 'Look ahead'), this.buttons.host, this.page);
  }

  show(values) {
    this.buttons.press(values.ahead || this.usual);
    this.page.href = 'api/v1/capacity?format=html' + (values.ahead ? '&horizon=' + encodeURIComponent(values.ahead) : '');
  }

  /** How far the collector looks ahead where nobody says another. */
  learn(values, seconds) {
    if (!values.ahead) this.usual = seconds / 86400 + 'd';
    this.show(values);
  }
}

/** What it runs on today, and what if. */
class QuestionForm {
  constructor() {
    this.host = element('form', 'control');
    this.today = this.field('runs on', 'today', 'such as 3xr7g.large', 14);
    this.replicas = this.field('replicas of each', 'replicas', '0', 3);
    this.growth = this.field('grows so many times as fast', 'growth', '1x', 4);
    this.host.append(element('button', '', 'Ask'));
    this.host.addEventListener('submit', (event) => {
      event.preventDefault();
      address.change({ today: this.today.value || undefined, replicas: this.replicas.value || undefined, growth: this.growth.value || undefined });
    });
  }

  field(label, name, placeholder, size) {
    const host = element('label', 'field', label + ' ');
    const input = element('input');
    input.type = 'text';
    input.name = name;
    input.placeholder = placeholder;
    input.size = size;
    input.maxLength = 60;
    input.spellcheck = false;
    host.append(input);
    this.host.append(host);
    return input;
  }

  show(values) {
    this.today.value = values.today || '';
    this.replicas.value = values.replicas || '';
    this.growth.value = values.growth || '';
  }
}

export class Capacity extends Section {
  constructor(host, context) {
    super(host, context);
    this.ahead = new AheadChoice();
    this.tools = toolbar(this.ahead);
    this.nothing = element('div');
    this.all = card('What runs out when', '');
    this.all.host.id = 'resources';
    const listed = scrolledTable(this.all.heading);
    this.table = new LiveTable(listed.table, idOf, COLUMNS, 'Full', 'Nothing to show.', false);
    this.notes = element('div', 'muted');
    this.all.host.append(listed.scroll, this.notes);
    this.one = card('Forecast', '');
    this.one.host.id = 'forecast';
    this.plotHost = element('div', 'plot');
    this.plotHost.setAttribute('role', 'img');
    this.chart = new Chart(this.plotHost, [], format.count, false, { fromZero: true });
    this.caveats = element('div', 'muted');
    this.one.host.append(this.plotHost, this.caveats);
    onNewColours(() => this.chart.rebuild());
    this.buy = card('What to buy', '');
    this.buy.host.id = 'advice';
    this.form = new QuestionForm();
    this.findings = element('div');
    this.refused = element('div', 'muted');
    this.said = element('p', 'notice bad');
    this.said.setAttribute('role', 'alert');
    const chosen = scrolledTable(this.buy.heading);
    this.choices = new LiveTable(chosen.table, (r) => r.name, CHOICES, '', 'Nothing in the prices holds.', false);
    this.buy.host.append(this.form.host, this.said, this.findings, chosen.scroll, this.refused);
    this.host.append(this.nothing, this.all.host, this.one.host, this.buy.host);
    this.host.prepend(this.tools.host);
  }

  show(values) {
    this.tools.show(values);
    this.form.show(values);
    super.show(values);
  }

  async ask(signal) {
    const values = this.values;
    const found = await get('capacity', { horizon: values.ahead }, signal);
    const one = found.resources.find((o) => o.resource.store === values.store && o.resource.metric === values.metric && o.resource.part === (values.part || '')) || found.resources[0];
    if (!one) return () => this.draw(found, null, null, null);
    const [past, plan] = await Promise.all([this.askPast(one, signal), this.askPlan(one.resource.store, values, signal)]);
    return () => this.draw(found, one, past, plan);
  }

  async askPast(o, signal) {
    const { store, part, metric } = o.resource;
    const found = await get('capacity/past', { store, part: part || undefined, metric, limit: 1 }, signal);
    const course = found.courses[0];
    if (!course) return [];
    const back = (Date.parse(o.first) / 1000) - (PAST_TIMES * o.forecast.values.length + 1) * o.step;
    const first = Date.parse(course.first) / 1000;
    return course.values.map((v, i) => [first + i * course.step, v]).filter((p) => p[0] >= back);
  }

  async askPlan(store, values, signal) {
    try {
      return await get('recommendations', { store, horizon: values.ahead, today: values.today, replicas: values.replicas, growth: values.growth }, signal);
    } catch (e) {
      // the rest can be shown all the same
      if (e.status >= 400 && e.status < 500 && e.status !== 401) return { problem: e.message };
      throw e;
    }
  }

  draw(found, one, past, plan) {
    this.ahead.learn(this.values, found.horizon);
    for (const part of [this.all, this.one, this.buy]) part.host.hidden = !one;
    this.nothing.replaceChildren(...(one ? [] : [this.empty(found.notes)]));
    if (!one) return;
    this.all.note.textContent = found.resourceCount > found.resources.length ? 'the first ' + found.resources.length + ' of ' + format.exact(found.resourceCount) : '';
    this.table.update(found.resources);
    this.notes.replaceChildren(...found.notes.map((n) => element('p', '', format.visible(n, 300))));
    this.drawOne(one, past);
    this.drawPlan(one.resource.store, plan);
  }

  drawOne(o, past) {
    this.one.heading.firstChild.textContent = nameOf(o, 60, 60, 60);
    const full = o.thresholds.find((t) => t.share === 1);
    this.one.note.textContent = full ? (o.current >= o.limit ? 'full already' : 'full ' + when(full.when) + (full.when.likely ? ', ' + likely(full.when) : '')) : 'has no limit';
    const f = o.forecast;
    const begin = Date.parse(o.first) / 1000;
    const times = [...past.map((p) => p[0]), ...f.values.map((v, h) => begin + h * o.step)];
    const before = past.map(() => null);
    const after = f.values.map(() => null);
    const most = Math.max(...past.map((p) => p[1] || 0), ...f.values);
    const limited = o.limit > 0 && o.limit <= LIMIT_MAX * most;
    const band = format.percent(f.level) + ' of what may come';
    const lines = [
      { label: 'measured', colour: '--c-ops' },
      { label: 'expected', colour: '--c-tps' },
      { label: band + ', below', colour: '--c-max', dash: [3, 3] },
      { label: band + ', above', colour: '--c-max', dash: [3, 3] },
      ...(limited ? [{ label: 'limit', colour: '--c-bad' }] : []),
    ];
    this.chart.options.binary = format.unit(o.resource.metric) === 'bytes';
    this.chart.options.name = o.resource.metric;
    this.shown = o;
    this.text = this.text || ((v) => value(this.shown, v));
    this.chart.setLines(lines, this.text);
    this.chart.draw([
      times, [...past.map((p) => p[1]), ...after], [...before, ...f.values], [...before, ...f.lower], [...before, ...f.upper],
      ...(limited ? [times.map(() => o.limit)] : []),
    ], [times[0], times[times.length - 1]]);
    this.caveats.replaceChildren(...o.caveats.map((c) => element('p', '', format.visible(c, 300))));
  }

  drawPlan(store, plan) {
    this.buy.heading.firstChild.textContent = 'What to buy for ' + format.visible(store, 60);
    this.said.hidden = !plan.problem;
    this.said.textContent = plan.problem || '';
    const found = plan.problem ? null : plan.stores[0];
    this.buy.note.textContent = plan.problem ? '' : 'prices in ' + plan.prices.currency + ' of ' + plan.prices.dated;
    this.buy.note.title = plan.problem ? '' : format.visible(plan.prices.source, 500);
    const advice = found ? found.advice : {};
    this.findings.replaceChildren(...(found ? found.findings : []).map((f) => element('p', '', format.visible(f, 500))));
    this.choices.update([['advised', advice.best], ['a larger machine', advice.vertical], ['more machines', advice.horizontal], ['today', advice.today]]
      .map(([name, c], order) => ({ name, order, choice: c })).filter((r) => r.choice));
    this.refused.replaceChildren(...(advice.refused || []).slice(0, REFUSED).map((r) => element('p', '', 'not ' + layout(r.layout) + ': ' + format.visible(r.reason, 300))));
  }

  empty(notes) {
    const state = emptyState('Nothing can be said of the future yet.', ...notes.map((n) => format.visible(n, 300)),
      'Stores are measured once they are named in the collector’s file:', '$ stores: {targets: [{address: "redis://127.0.0.1:6379"}, {address: "host:/"}]}');
    state.classList.add('card');
    return state;
  }

  pauseMillis() {
    return 300000;
  }
}
