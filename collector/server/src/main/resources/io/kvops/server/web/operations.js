// What operations did over a window, by anything: who pays for a store's time, and its course.
import * as address from './address.js';
import { Filters, Grouping, WindowChoice, toolbar } from './controls.js';
import * as format from './format.js';
import { AGENT_LINE, card, choice, emptyState, inNanos, number, perSecond, scrolledTable, span, withTops } from './parts.js';
import { Chart, onNewColours } from './plot.js';
import { get } from './rest.js';
import { Section } from './section.js';
import { LiveTable, element } from './tables.js';

const WINDOW = '1h';
const BY = 'service,store,pattern';
const GROUPS = 200;
const LINES = 6;
const COLOURS = ['--c-1', '--c-2', '--c-3', '--c-4', '--c-5', '--c-6'];

/** Those columns that the collector itself can order by, for what is not among the first. */
const ORDERS = { Time: 'time', 'Of the time': 'time', Count: 'count', Errors: 'errors', p99: 'p99' };

const shownValue = (name, value) => (value === '' ? '(none)' : format.visible(value));

function columns(by, values) {
  return [
    ...by.map((name) => ({
      name: address.DIMENSIONS[name][0].toUpperCase() + address.DIMENSIONS[name].slice(1),
      code: name === 'pattern',
      text: (g) => shownValue(name, g.key[name]),
      exact: (g) => (g.key[name] === '' ? 'has none' : format.visible(g.key[name], 1000)) + ' – click to filter by it',
      sort: (g) => g.key[name],
      href: (g) => (values[name] === g.key[name] || g.key[name].length > 2000 ? null : address.link('operations', { ...values, [name]: g.key[name] })),
    })),
    number('Of the time', 'timeShare', format.percent, (v) => (v * 100).toFixed(2) + ' % of the time that callers waited', { share: (g) => g.timeShare }),
    number('Time', 'totalNanos', (v) => (v > 0 ? format.seconds(v / 1e9) : format.NONE), inNanos),
    number('Count', 'count', format.count, format.exact, { share: (g) => g.count / g.topCount }),
    number('Rate', 'opsPerSecond', format.rate, perSecond),
    number('Mean', 'meanNanos', format.nanos, inNanos, { wide: true }),
    number('p50', 'p50Nanos', format.nanos, inNanos, { wide: true }),
    number('p99', 'p99Nanos', format.nanos, inNanos, { share: (g) => g.p99Nanos / g.topP99 }),
    number('Slowest', 'maxNanos', format.nanos, inNanos, { wide: true }),
    number('Misses', 'misses', format.count, (v) => format.exact(v) + ' reads found nothing', { wide: true }),
    number('Errors', 'errors', format.count, format.exact, {
      wide: true,
      bad: (g) => g.errors > 0,
      exact: (g) => [format.exact(g.errors), ...Object.entries(g.errorsByClass).map(([name, n]) => format.visible(name, 60) + ' ' + format.exact(n))].join(', '),
    }),
    number('Read', 'bytesIn', (v) => (v > 0 ? format.bytes(v) : format.NONE), (v) => format.exact(v) + ' bytes of values', { wide: true }),
    number('Written', 'bytesOut', (v) => (v > 0 ? format.bytes(v) : format.NONE), (v) => format.exact(v) + ' bytes of values', { wide: true }),
  ];
}

export class Operations extends Section {
  constructor(host, context) {
    super(host, context);
    this.tools = toolbar(new WindowChoice(WINDOW), new Grouping(Object.keys(address.DIMENSIONS), BY), new Filters(WINDOW));
    this.nothing = element('div');
    this.full = element('div', 'stack-of-cards');
    const chosen = (from, to) => address.change({
      last: undefined, from: new Date(Math.floor(from) * 1000).toISOString(), to: new Date(Math.ceil(to) * 1000).toISOString(),
    });
    this.rate = this.chart('Throughput', 'operations per second; mark a part to look closer', format.rate, false, chosen);
    this.latency = this.chart('Latency', 'p50 and p99, logarithmic', format.nanos, true, chosen);
    const charts = element('div', 'charts');
    charts.append(this.rate.host, this.latency.host);
    onNewColours(() => { this.rate.chart.rebuild(); this.latency.chart.rebuild(); });
    this.lines = choice('Lines', [['', 'one line for all'], ['groups', 'one for each group']], (value) => address.change({ lines: value || undefined }));
    this.linesNote = element('span', 'muted');
    const linesRow = element('div', 'control');
    linesRow.append(this.lines.host, this.linesNote);
    this.table = card('Who pays', '');
    this.table.host.id = 'breakdown';
    this.total = element('p', 'muted total');
    this.full.append(linesRow, charts, this.table.host);
    host.append(this.tools.host, this.nothing, this.full);
    this.host.prepend(this.tools.host);
  }

  chart(title, note, valueText, logarithmic, chosen) {
    const made = card(title, note);
    made.host.classList.add('chart');
    const plot = element('div', 'plot');
    plot.setAttribute('role', 'img');
    made.host.append(plot);
    return { host: made.host, chart: new Chart(plot, [], valueText, logarithmic, { name: title, chosen }) };
  }

  show(values) {
    this.tools.show(values);
    this.lines.press(values.lines || '');
    super.show(values);
  }

  async ask(signal) {
    const values = this.values;
    const by = address.groupsOf(values, BY);
    const asked = address.windowOf(values, WINDOW);
    const order = Object.values(ORDERS).includes(values.order) ? values.order : 'time';
    const perGroup = values.lines === 'groups';
    const lineBy = perGroup ? by.filter((name) => name !== 'outcome').join(',') : '';
    const [found, course] = await Promise.all([
      get('breakdown', { ...asked, ...address.filtersOf(values), by: by.join(','), order, limit: GROUPS }, signal),
      get('timeline', { ...asked, ...address.filtersOf(values, 'outcome'), by: lineBy, limit: LINES }, signal),
    ]);
    return () => this.draw(found, course, by, order, values);
  }

  draw(found, course, by, order, values) {
    const nothing = found.total.count === 0;
    this.full.hidden = nothing;
    this.nothing.replaceChildren(...(nothing ? [this.empty(found, values)] : []));
    if (nothing) return;
    this.drawTable(found, by, order, values);
    this.drawCourse(course, found.window);
  }

  empty(found, values) {
    const filtered = Object.keys(address.filtersOf(values)).length > 0;
    const state = filtered
      ? emptyState('No operation fits.', 'In this window nothing was reported that has these values. Take a filter away, or choose a longer window.')
      : emptyState('Nothing was reported between ' + span(found.window.from, found.window.to) + '.',
        'Choose a longer window, or attach an agent to a Java program; its code stays as it is:', AGENT_LINE);
    state.classList.add('card');
    return state;
  }

  drawTable(found, by, order, values) {
    const made = JSON.stringify([by, values]);
    if (this.made !== made) {
      this.made = made;
      const { scroll, table } = scrolledTable(this.table.heading);
      this.body = new LiveTable(table, (g) => JSON.stringify(g.key), columns(by, values),
        { time: 'Of the time', count: 'Count', errors: 'Errors', p99: 'p99' }[order], 'No group.');
      this.body.onSort = (column) => {
        if (this.more && ORDERS[column] && ORDERS[column] !== order) address.change({ order: ORDERS[column] });
      };
      this.table.host.replaceChildren(this.table.head, this.total, scroll);
    }
    this.more = found.groupCount > found.groups.length;
    const all = found.total;
    this.table.note.textContent = span(found.window.from, found.window.to);
    this.total.textContent = format.exact(all.count) + ' operations, ' + format.rate(all.opsPerSecond) + ', waited ' + format.seconds(all.totalNanos / 1e9)
      + ' in all, p99 ' + format.nanos(all.p99Nanos) + ', ' + format.exact(all.misses) + ' misses, ' + format.exact(all.errors) + ' errors. '
      + (this.more
        ? 'The first ' + format.exact(found.groups.length) + ' of ' + format.exact(found.groupCount) + ' groups.'
        : format.exact(found.groupCount) + (found.groupCount === 1 ? ' group.' : ' groups.'));
    this.body.update(withTops(found.groups, { topCount: 'count', topP99: 'p99Nanos' }));
  }

  drawCourse(course, window) {
    const single = course.lines.length === 0;
    const lines = single ? [{ label: 'all', points: course.timeline }] : course.lines.map((line) => ({
      label: Object.entries(line.key).map(([name, value]) => shownValue(name, value)).join(' '), points: line.points,
    }));
    const label = (line) => (line.label.length > 40 ? line.label.slice(0, 39) + '…' : line.label);
    this.linesNote.textContent = single || course.groupCount <= lines.length ? '' : 'the ' + lines.length + ' most used of ' + format.exact(course.groupCount) + '; latency is their p99';
    const times = [...new Set(lines.flatMap((line) => line.points.map((p) => p.at)))].sort();
    const seconds = times.map((at) => Date.parse(at) / 1000);
    const range = [Date.parse(window.from) / 1000, Date.parse(window.to) / 1000];
    const byTime = lines.map((line) => new Map(line.points.map((p) => [p.at, p])));
    const column = (points, of) => times.map((at) => { const p = points.get(at); return p ? of(p) : null; });
    const latency = (points, field) => bridged(seconds, column(points, (p) => (p[field] > 0 ? p[field] : null)), course.stepSeconds);
    if (single) {
      this.rate.chart.setLines([
        { label: 'operations', colour: '--c-ops', fill: '--c-ops-fill' },
        { label: 'transactions', colour: '--c-tps' },
        { label: 'errors', colour: '--c-bad', dash: [5, 3] }]);
      this.latency.chart.setLines([{ label: 'p99', colour: '--c-p99' }, { label: 'p50', colour: '--c-p50' }]);
      const points = byTime[0];
      this.rate.chart.draw([seconds, column(points, (p) => p.opsPerSecond), column(points, (p) => p.transactionsPerSecond), column(points, (p) => p.errors / p.seconds)], range);
      this.latency.chart.draw([seconds, latency(points, 'p99Nanos'), latency(points, 'p50Nanos')], range);
    } else {
      const drawn = lines.map((line, i) => ({ label: label(line), colour: COLOURS[i % COLOURS.length] }));
      this.rate.chart.setLines(drawn);
      this.latency.chart.setLines(drawn);
      this.rate.chart.draw([seconds, ...byTime.map((points) => column(points, (p) => p.opsPerSecond))], range);
      this.latency.chart.draw([seconds, ...byTime.map((points) => latency(points, 'p99Nanos'))], range);
    }
  }
}

/** Frames may be longer than a step: a short gap is bridged, as undefined is; a longer one, null, is shown as one. */
function bridged(times, values, stepSeconds) {
  const longest = Math.max(3 * stepSeconds, 10);
  let last = -1;
  return values.map((value, i) => {
    if (value !== null) {
      last = i;
      return value;
    }
    let next = i;
    while (next < values.length && values[next] === null) next++;
    return last >= 0 && next < values.length && times[next] - times[last] <= longest ? undefined : null;
  });
}
