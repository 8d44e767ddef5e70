// Who measures, and the keys that stand out.
import * as address from './address.js';
import { WindowChoice, toolbar } from './controls.js';
import * as format from './format.js';
import { AGENT_LINE, card, emptyState, number, scrolledTable, span, text, withTops } from './parts.js';
import { get } from './rest.js';
import { Section } from './section.js';
import { LiveTable, element } from './tables.js';

const WINDOW = '1h';
const KEYS = 200;
const DRAWN = 300;

function agentColumns(current) {
  const took = (a) => a.configProblems.length === 0;
  const confirmed = (a) => {
    if (!a.connected) return format.NONE;
    const version = a.configVersion === 0 ? 'none' : String(a.configVersion);
    const target = current();
    if (!took(a)) return version + ', refused the newer one';
    return target && a.configVersion !== target ? version + ' of ' + target : version;
  };
  return [
    text('Service', 'service'),
    text('Instance', 'instance', { href: (a) => address.link('stores', { kind: 'jvm', subject: a.service + '/' + a.instance }), exact: (a) => format.visible(a.instance, 1000) + ' – click for its gauges' }),
    { name: 'State', text: (a) => (a.connected ? 'connected' : 'silent'), sort: (a) => Number(a.connected), bad: (a) => !a.connected, exact: (a) => 'newest frame ' + format.exact(a.lastFrameAgeMillis) + ' ms ago, number ' + format.exact(a.lastSequence) },
    { name: 'Since', text: (a) => (a.connectedSince ? format.dateTime(a.connectedSince) : format.NONE), sort: (a) => a.connectedSince || '', exact: (a) => a.connectedSince || '' },
    { name: 'Last frame', number: true, text: (a) => format.age(a.lastFrameAgeMillis), sort: (a) => a.lastFrameAgeMillis, exact: (a) => format.exact(a.lastFrameAgeMillis) + ' ms ago' },
    number('Operations', 'ops', format.count, format.exact),
    { name: 'Configuration', text: confirmed, sort: (a) => a.configVersion, bad: (a) => !took(a), exact: (a) => a.configProblems.map((p) => format.visible(p, 300)).join('; ') || 'the version that it has confirmed' },
    { name: 'Pace', number: true, text: (a) => (a.paceMillis > 0 ? format.lasting(a.paceMillis) : 'its own'), sort: (a) => a.paceMillis, exact: (a) => (a.paceMillis > 0 ? 'asked for at least ' + format.exact(a.paceMillis) + ' ms between frames' : 'not slowed down') },
    text('Version', 'version'),
    text('Host', 'host', { wide: true }),
    text('From', 'remote', { wide: true }),
    number('Process', 'pid', (v) => (v > 0 ? String(v) : format.NONE), String, { wide: true }),
    text('JVM', 'jvm', { wide: true }),
  ];
}

export class Agents extends Section {
  constructor(host, context) {
    super(host, context);
    this.nothing = element('div');
    this.made = card('Agents', '');
    this.made.host.id = 'fleet';
    this.filter = element('input');
    this.filter.type = 'search';
    this.filter.placeholder = 'service, instance, host';
    this.filter.setAttribute('aria-label', 'Show agents whose service, instance or host contains');
    this.filter.addEventListener('input', () => this.redraw());
    this.made.head.append(this.filter);
    this.problems = element('div');
    const { scroll, table } = scrolledTable(this.made.heading);
    this.table = new LiveTable(table, (a) => a.agentId, agentColumns(() => this.current), 'State', 'No agent fits.', false);
    this.cut = element('p', 'muted');
    this.made.host.append(this.problems, scroll, this.cut);
    this.lost = card('Not kept', 'counted since the collector began');
    this.lost.host.id = 'not-kept';
    const kept = scrolledTable(this.lost.heading);
    this.lostTable = new LiveTable(kept.table, (r) => r.reason, [
      text('Reason', 'reason'), number('Count', 'n', format.count, format.exact, { bad: (r) => r.n > 0 }),
    ], 'Count', 'Nothing was dropped.');
    this.lost.host.append(kept.scroll);
    host.append(this.nothing, this.made.host, this.lost.host);
  }

  async ask(signal) {
    const [found, live, config] = await Promise.all([
      get('agents', {}, signal), get('live', {}, signal),
      // who may not read the configuration sees what agents confirmed all the same
      get('config/agents', {}, signal).catch((e) => { if (e.status === 403 || e.status === 404) return null; throw e; }),
    ]);
    return () => {
      this.found = found;
      this.config = config;
      this.current = config ? config.version : 0;
      this.lostTable.update(Object.entries(live.dropped).filter(([, n]) => n > 0).map(([reason, n]) => ({ reason, n })));
      this.redraw();
    };
  }

  redraw() {
    if (!this.found) return;
    const agents = this.found.agents;
    this.nothing.replaceChildren(...(agents.length === 0 ? [this.empty()] : []));
    this.made.host.hidden = agents.length === 0;
    const wanted = this.filter.value.trim().toLowerCase();
    const fits = agents.filter((a) => !wanted || (a.service + '\n' + a.instance + '\n' + a.host).toLowerCase().includes(wanted));
    // what has a problem must not be cut off
    const first = fits.length <= DRAWN ? fits : [...fits].sort((a, b) => b.configProblems.length - a.configProblems.length || a.connected - b.connected).slice(0, DRAWN);
    this.table.update(first);
    this.cut.textContent = first.length < fits.length ? 'The first ' + DRAWN + ' of ' + format.exact(fits.length) + ': those with problems, then silent ones. Search to see others.' : '';
    this.made.note.textContent = format.exact(this.found.connected) + ' of ' + format.exact(agents.length) + ' connected'
      + (this.config && this.config.version > 0 ? '; ' + format.exact(this.config.confirmed) + ' of ' + format.exact(this.config.connected) + ' have confirmed version ' + this.config.version : '');
    const problems = this.config ? this.config.problems : [];
    this.problems.replaceChildren(...problems.slice(0, 20).map((p) => element('p', 'notice bad', format.visible(p, 400))));
  }

  empty() {
    const state = emptyState('No agent is known.', 'Attach one to any Java program; its code stays as it is:', AGENT_LINE,
      'Add ,collector=HOST:PORT where the collector is not on 127.0.0.1:7171.');
    state.classList.add('card');
    return state;
  }

  pauseMillis() {
    return this.found && this.found.agents.length > 1000 ? 15000 : 3000;
  }
}

export class HotKeys extends Section {
  constructor(host, context) {
    super(host, context);
    this.tools = toolbar(new WindowChoice(WINDOW));
    this.nothing = element('div');
    this.made = card('Hot keys', '');
    this.made.host.id = 'hot-keys';
    const { scroll, table } = scrolledTable(this.made.heading);
    this.table = new LiveTable(table, (r) => [r.store, r.endpoint, r.hashed, r.key].join('\n'), [
      text('Key', 'key', { code: true, exact: (r) => (r.hashed ? 'keyed hash ' : '') + format.visible(r.key, 1000) }),
      number('Count', 'count', format.count, format.exact, {
        share: (r) => r.count / r.topCount,
        text: (r) => (r.errorBound === 0 ? format.count(r.count) : format.count(r.count - r.errorBound) + ' – ' + format.count(r.count)),
        exact: (r) => (r.errorBound === 0 ? 'exactly ' : 'between ' + format.exact(r.count - r.errorBound) + ' and ') + format.exact(r.count),
      }),
      number('Share', 'share', format.percent, (v) => 'at least ' + format.percent(v) + ' of the operations there', { share: (r) => r.share }),
      {
        name: 'Caused by', wrap: true, sort: (r) => r.services.join(','),
        text: (r) => r.services.slice(0, 5).map((s) => format.visible(s, 40)).join(', ') + (r.services.length > 5 ? ' and ' + (r.services.length - 5) + ' more' : '') || format.NONE,
        exact: (r) => r.services.map((s) => format.visible(s, 100)).join(', '),
      },
      number('Reads', 'reads', format.count, format.exact),
      number('Writes', 'writes', format.count, format.exact),
      number('Bytes', 'bytes', (v) => (v > 0 ? format.bytes(v) : format.NONE), (v) => format.exact(v) + ' bytes of values, both ways', { wide: true }),
      text('Key pattern', 'pattern', { code: true, wide: true }),
      text('Store', 'store'),
      text('Endpoint', 'endpoint', { wide: true }),
    ], 'Count', 'No key stands out.');
    this.made.host.append(scroll);
    host.append(this.nothing, this.made.host);
    host.prepend(this.tools.host);
  }

  show(values) {
    this.tools.show(values);
    super.show(values);
  }

  async ask(signal) {
    const found = await get('hotkeys', { ...address.windowOf(this.values, WINDOW), limit: KEYS }, signal);
    return () => {
      const nothing = found.hotKeys.length === 0;
      this.made.host.hidden = nothing;
      const state = emptyState('No key stands out between ' + span(found.window.from, found.window.to) + '.',
        'Choose a longer window. Keys are shown as the agents were told to: themselves, a keyed hash, or not at all (option keys=pattern).',
        'No agent yet? Attach one to a Java program:', AGENT_LINE);
      state.classList.add('card');
      this.nothing.replaceChildren(...(nothing ? [state] : []));
      this.made.note.textContent = span(found.window.from, found.window.to) + ', with the bounds of the true count';
      this.table.update(withTops(found.hotKeys, { topCount: 'count' }));
    };
  }
}
