// The stores themselves, as they were measured: how they are, against their limits, and the course of any gauge.
import * as address from './address.js';
import { WindowChoice, toolbar } from './controls.js';
import * as format from './format.js';
import { card, emptyState, meter } from './parts.js';
import { Chart, onNewColours } from './plot.js';
import { get } from './rest.js';
import { Section } from './section.js';
import { element } from './tables.js';

const WINDOW = '1h';
const POINTS = 300;
const FEW = 4;
const MOST_POINTS = 20000;
const USUAL = ['memory.used.bytes', 'storage.used.bytes', 'jvm.heap.used.bytes'];
const MILLIS = { '5m': 3e5, '1h': 3.6e6, '6h': 2.16e7, '1d': 8.64e7, '7d': 6.048e8 };

/** What stores say of themselves, each with its limit where it has one. */
const LIMITED = [
  ['Memory', 'memory.used.bytes', 'memory.limit.bytes', format.bytes],
  ['Connections', 'connections.open.count', 'connections.limit.count', format.exact],
  ['Storage', 'storage.used.bytes', 'storage.limit.bytes', format.bytes],
];

const SINGLE = [
  ['Keys', 'keys.count', format.count],
  ['Operations, in all', 'operations.count.total', format.count],
  ['Evicted, in all', 'evictions.count.total', format.count],
  ['Up for', 'uptime.seconds', format.seconds],
  ['Probe took', 'probe.duration.seconds', format.seconds],
];

function facts(values) {
  const rows = [];
  for (const [name, used, limit, show] of LIMITED) {
    if (used in values) {
      const most = values[limit];
      rows.push(most > 0
        ? [name, show(values[used]) + ' of ' + show(most) + ', ' + format.percent(values[used] / most), values[used] / most]
        : [name, show(values[used]) + ', no limit said']);
    }
  }
  const reads = (values['hits.count.total'] || 0) + (values['misses.count.total'] || 0);
  if (reads > 0) rows.push(['Hit ratio', format.percent(values['hits.count.total'] / reads) + ' of ' + format.count(reads) + ' reads since its start']);
  const lag = ['replication.lag.seconds', 'replication.lag.bytes'].filter((name) => name in values).map((name) => format.gauge(name, values[name]));
  if (lag.length > 0) rows.push(['Replication lag', lag.join(', ')]);
  for (const [name, gauge, show] of SINGLE) if (gauge in values) rows.push([name, show(values[gauge])]);
  // of what has its own names only, the first of them
  if (rows.length < FEW) {
    for (const name of Object.keys(values).sort().filter((n) => !COMMON.includes(n.split('.')[0])).slice(0, FEW)) {
      rows.push([format.visible(name, 60), format.gauge(name, values[name])]);
    }
  }
  return rows;
}

/** Names that gauges of any store begin with; they say nothing of its kind. */
const COMMON = ['storage', 'memory', 'connections', 'operations', 'errors', 'keys', 'hits', 'misses', 'evictions', 'expirations', 'network', 'cpu', 'replication', 'uptime'];

/** What an agent measures from inside, such as RocksDB or a pool of connections: gauges of agents that name a place. */
function inside(agents) {
  const stores = new Map();
  for (const agent of agents) {
    for (const [whole, value] of Object.entries(agent.gauges)) {
      const at = whole.indexOf('@');
      if (at <= 0 || at === whole.length - 1) continue;
      const name = whole.slice(0, at);
      const subject = whole.slice(at + 1);
      const id = agent.agentId + ' ' + subject;
      if (!stores.has(id)) {
        stores.set(id, { kind: '', label: '', subject, by: agent, values: {}, state: agent.connected ? 'up' : 'silent' });
      }
      const store = stores.get(id);
      store.values[name] = value;
      const first = name.split('.')[0];
      if (!COMMON.includes(first)) store.label = first;
    }
  }
  return [...stores.values()];
}

export class Stores extends Section {
  constructor(host, context) {
    super(host, context);
    this.tools = toolbar(new WindowChoice(WINDOW));
    this.nothing = element('div');
    this.cards = element('div', 'stores');
    this.made = card('Gauge', '');
    this.made.host.id = 'gauge';
    this.which = element('select');
    this.which.setAttribute('aria-label', 'Gauge');
    this.which.addEventListener('change', () => address.change({ kind: this.subject.kind || undefined, subject: this.subject.subject, gauge: this.which.value }));
    this.made.head.append(this.which);
    this.plotHost = element('div', 'plot');
    this.plotHost.setAttribute('role', 'img');
    this.chart = new Chart(this.plotHost, [], format.count, false, { fromZero: false });
    this.noPoints = element('div');
    this.made.host.append(this.plotHost, this.noPoints);
    onNewColours(() => this.chart.rebuild());
    host.append(this.nothing, this.cards, this.made.host);
    host.prepend(this.tools.host);
  }

  show(values) {
    this.tools.show(values);
    super.show(values);
  }

  async ask(signal) {
    const values = this.values;
    const [found, live] = await Promise.all([get('stores', {}, signal), get('live', {}, signal)]);
    const all = [...found.stores, ...inside(live.agents)];
    const first = all.find((s) => s.state === 'up') || all[0];
    const subject = values.subject ? { kind: values.kind || '', subject: values.subject } : first && { kind: first.kind, subject: first.subject };
    const gauge = subject ? await this.askGauge(subject, values, signal) : null;
    return () => {
      this.subject = subject;
      this.drawStores(all, subject);
      this.drawGauge(gauge);
    };
  }

  async askGauge(subject, values, signal) {
    const asked = address.windowOf(values, WINDOW);
    const length = asked.from ? Date.parse(asked.to || new Date()) - Date.parse(asked.from) : MILLIS[asked.last] || MILLIS[WINDOW];
    // the last value of a step as long as the window is one of each gauge: so names are known of dead stores too
    const names = await get('gauges', { ...asked, ...subject, step: Math.max(1, Math.ceil(length / 1000)) + 's', limit: MOST_POINTS }, signal);
    const known = [...new Set(names.gauges.map((g) => g.name))].sort();
    const name = known.includes(values.gauge) ? values.gauge : USUAL.find((n) => known.includes(n)) || known[0];
    if (!name) return { subject, known, name: values.gauge, points: [], length };
    const stepSeconds = Math.max(1, Math.round(length / 1000 / POINTS));
    const found = await get('gauges', { ...asked, ...subject, name, step: stepSeconds + 's', limit: MOST_POINTS }, signal);
    return { subject, known, name, points: found.gauges, window: found.window, length, stepSeconds };
  }

  drawStores(all, subject) {
    const nothing = all.length === 0;
    this.nothing.replaceChildren(...(nothing ? [this.empty()] : []));
    this.cards.hidden = nothing;
    this.cards.replaceChildren(...all.map((store) => this.store(store, subject)));
  }

  store(store, subject) {
    const host = element('article', 'card store');
    host.dataset.state = store.state;
    const head = element('div', 'head');
    const name = element('h2', '', format.visible(store.subject, 80));
    name.title = format.visible(store.subject, 1000);
    const chosen = subject && store.kind === subject.kind && store.subject === subject.subject;
    head.append(name, element('span', 'badge ' + store.state, store.state));
    host.append(head, element('p', 'muted', this.said(store)));
    if (store.problem) host.append(element('p', 'notice' + (store.state === 'down' ? ' bad' : ''), format.visible(store.problem, 400)));
    if (store.state === 'down') {
      host.append(element('p', '', 'It has no values while it does not answer.'));
    } else {
      const list = element('dl', 'facts');
      for (const [label, value, share] of facts(store.values)) {
        const dd = element('dd', '', value);
        if (share !== undefined) dd.append(meter(share));
        list.append(element('dt', '', label), dd);
      }
      host.append(list);
    }
    const link = element('a', 'button', chosen ? 'Drawn below' : 'Draw its gauges');
    link.href = address.link('stores', { ...address.shared(this.values), kind: store.kind || undefined, subject: store.subject });
    if (chosen) link.setAttribute('aria-current', 'true');
    host.append(link);
    return host;
  }

  said(store) {
    const kind = format.visible(store.kind || store.label, 40) || 'a store';
    if (store.by) return kind + ', measured from inside ' + format.visible(store.by.service, 60) + ' ' + format.visible(store.by.instance, 60)
      + (store.state === 'silent' ? ', silent for ' + format.lasting(store.by.lastFrameAgeMillis) + ': these are its last values' : '');
    const since = store.since ? store.state + ' since ' + format.dateTime(store.since) + ', ' + format.lasting(Date.now() - Date.parse(store.since)) : store.state;
    return kind + ', ' + since + '; looked at ' + format.clock(store.at);
  }

  drawGauge(found) {
    this.made.host.hidden = !found;
    if (!found) return;
    const total = found.name && found.name.endsWith('.total');
    this.made.heading.firstChild.textContent = format.visible((found.subject.kind + ' ' + found.subject.subject).trim(), 80);
    this.made.note.textContent = found.known.length > 0 ? format.exact(found.known.length) + ' gauges' : '';
    this.options(found);
    const empty = found.points.length === 0;
    this.plotHost.hidden = empty;
    this.noPoints.replaceChildren(...(empty ? [emptyState('Nothing was measured of it in this window.', 'Choose a longer window; a store that is down has no values, and its line has a gap.')] : []));
    if (empty) {
      this.chart.remove();
      return;
    }
    const label = found.name + (total ? ', change each second' : '');
    const show = total ? rateText(found.name) : (v) => format.gauge(found.name, v);
    if (this.label !== label) this.chart.setLines([{ label, colour: '--c-ops', fill: total ? '--c-ops-fill' : undefined }], show);
    this.label = label;
    this.chart.options.fromZero = total;
    this.chart.options.binary = format.unit(found.name) === 'bytes';
    this.chart.options.name = label;
    const [times, values] = course(found, total);
    this.chart.draw([times, values], [Date.parse(found.window.from) / 1000, Date.parse(found.window.to) / 1000]);
  }

  options(found) {
    const wanted = found.known.join('\n');
    if (this.optionsOf !== wanted) {
      this.optionsOf = wanted;
      this.which.replaceChildren(...found.known.map((name) => {
        const option = element('option', '', format.visible(name, 100));
        option.value = name;
        return option;
      }));
    }
    this.which.hidden = found.known.length === 0;
    if (found.name) this.which.value = found.name;
  }

  empty() {
    const state = emptyState('No store is measured.',
      'The collector asks stores for memory, connections, storage and more by itself. Name them in its file and save it; it is read at once:',
      '$ stores: {targets: [{address: "redis://127.0.0.1:6379"}, {address: "host:/"}]}',
      'RocksDB is measured from inside a JVM that has the agent.');
    state.classList.add('card');
    return state;
  }

  pauseMillis() {
    return this.values.from && this.values.to ? 10000 : Math.min(10000, super.pauseMillis());
  }
}

function rateText(name) {
  return (v) => (v === 0 ? '0' : format.gauge(name, v)) + '/s';
}

/** The points, with a gap where nothing was measured; of what only grows, its change each second. */
function course(found, total) {
  const times = [];
  const values = [];
  const steps = found.points.slice(1).map((p, i) => Date.parse(p.at) - Date.parse(found.points[i].at)).sort((a, b) => a - b);
  // what is measured seldom has wide steps, and no gaps
  const usual = Math.max(found.stepSeconds * 1000, steps.length > 0 ? steps[Math.floor(steps.length / 2)] : 0);
  let before = null;
  for (const point of found.points) {
    const at = Date.parse(point.at);
    if (before && at - before.at > usual * 2.5) {
      times.push((before.at + usual) / 1000);
      values.push(null);
      before = total ? null : before;
    }
    if (!total) {
      times.push(at / 1000);
      values.push(point.value);
    } else if (before && at > before.at) {
      times.push(at / 1000);
      // a counter that fell began anew
      values.push(point.value >= before.value ? (point.value - before.value) / (at - before.at) * 1000 : null);
    }
    before = { at, value: point.value };
  }
  return [times, values];
}
