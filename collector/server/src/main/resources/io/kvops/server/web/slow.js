// The slow-query log, and where slow operations came from.
import * as address from './address.js';
import { Filters, WindowChoice, toolbar } from './controls.js';
import { Flame } from './flame.js';
import * as format from './format.js';
import { AGENT_LINE, card, choice, emptyState, inNanos, span } from './parts.js';
import { get } from './rest.js';
import { Section } from './section.js';
import { LiveList, element } from './tables.js';

const WINDOW = '1h';
const PAGE = 50;
const MOST = 1000;
const LEAST = [['', 'any latency'], ['1ms', '1 ms and more'], ['10ms', '10 ms and more'], ['100ms', '100 ms and more'], ['1s', '1 s and more']];

function severity(times) {
  return (times >= 9.95 ? times.toFixed(0) : times.toFixed(1)) + '×';
}

function detail(name, value) {
  return [element('dt', '', name), element('dd', '', value)];
}

const thresholdOf = (op) => (op.severity > 0 ? op.latencyNanos / op.severity : 0);

function facts(op) {
  const list = element('dl', 'facts');
  list.append(
    ...detail('At', format.dateTime(op.at) + ' (' + format.zone(op.at) + ')'),
    ...detail('Latency', format.nanos(op.latencyNanos) + ', ' + severity(op.severity) + ' its threshold of ' + format.nanos(thresholdOf(op))),
    ...detail(op.hashed ? 'Key, keyed hash' : 'Key', format.visible(op.key, 1000) || 'stays in the process'),
    ...detail('Key pattern', format.visible(op.pattern, 1000) || '(none)'),
    ...detail('Service', format.visible(op.service, 300) + ', ' + format.visible(op.instance, 300)),
    ...detail('Store', format.visible(op.store, 60) + ' ' + format.visible(op.endpoint, 300)),
    ...detail('Outcome', op.outcome));
  return list;
}

function entry(op) {
  return {
    id: [op.at, op.instance, op.store, op.op, op.key, op.latencyNanos].join('\n'),
    stack: op.stack.map((frame) => format.visible(frame, 300)),
    facts: () => facts(op),
    parts: [
      ['severity' + (op.severity >= 10 ? ' bad' : ''), severity(op.severity), 'latency / threshold for its kind'],
      ['when', format.dateTime(op.at), new Date(op.at).toISOString()],
      ['latency', format.nanos(op.latencyNanos), inNanos(op.latencyNanos)],
      ['threshold', 'over ' + format.nanos(thresholdOf(op)), 'its threshold'],
      ['op' + (op.outcome === 'ok' || op.outcome === 'miss' ? '' : ' bad'), format.visible(op.op, 40), op.store + ' ' + format.visible(op.op, 40) + ': ' + op.outcome],
      ['key', format.visible(op.key || op.pattern) || format.NONE, format.visible(op.key || op.pattern, 1000)],
      ['service', format.visible(op.service, 40), format.visible(op.service, 300)],
    ],
  };
}

export class Slow extends Section {
  constructor(host, context) {
    super(host, context);
    const least = element('div', 'control');
    this.least = element('select');
    this.least.setAttribute('aria-label', 'Least latency');
    LEAST.forEach(([value, text]) => {
      const option = element('option', '', text);
      option.value = value;
      this.least.append(option);
    });
    this.least.addEventListener('change', () => address.change({ min: this.least.value || undefined }));
    least.append(element('span', 'name', 'Latency'), this.least);
    this.tools = toolbar(new WindowChoice(WINDOW), new Filters(WINDOW), { host: least });
    this.nothing = element('div');
    this.full = element('div', 'stack-of-cards');
    this.full.append(this.log(), this.graph());
    host.append(this.nothing, this.full);
    host.prepend(this.tools.host);
    this.pages = 1;
  }

  log() {
    const made = card('Slow-query log', 'most severe first; open one for its stack');
    this.note = made.note;
    this.listHost = element('div', 'slow log');
    this.list = new LiveList(this.listHost, entry, 'No slow operation fits.');
    this.more = element('button', '', 'More');
    this.more.type = 'button';
    this.more.addEventListener('click', () => { this.pages++; this.load(); });
    made.host.append(this.listHost, this.more);
    return made.host;
  }

  graph() {
    const made = card('Where they came from', 'flame graph: wide is much time; callers below, the operation on top');
    made.host.id = 'flame-card';
    const tools = element('div', 'control');
    this.weight = choice('Width', [['nanos', 'time'], ['count', 'operations']], (value) => {
      this.weight.press(value);
      this.flame.weighBy(value);
      this.search();
    });
    this.weight.press('nanos');
    this.searched = element('input');
    this.searched.type = 'search';
    this.searched.id = 'flame-search';
    this.searched.placeholder = 'search methods';
    this.searched.setAttribute('aria-label', 'Search methods');
    this.searched.addEventListener('input', () => this.search());
    this.found = element('span', 'muted');
    this.found.setAttribute('role', 'status');
    const reset = element('button', '', 'Whole graph');
    reset.type = 'button';
    reset.addEventListener('click', () => this.flame.reset());
    this.folded = element('a', 'button', 'Folded text');
    this.folded.title = 'as flamegraph.pl and other tools take it';
    tools.append(this.weight.host, this.searched, this.found, reset, this.folded);
    this.noStack = element('div');
    this.flameHost = element('div', 'flame-host');
    made.host.append(tools, this.noStack, this.flameHost);
    this.flame = new Flame(this.flameHost);
    return made.host;
  }

  search() {
    this.found.textContent = this.flame.search(this.searched.value);
  }

  show(values) {
    this.pages = 1;
    this.tools.show(values);
    this.least.value = LEAST.some(([value]) => value === values.min) ? values.min : '';
    super.show(values);
  }

  async ask(signal) {
    const values = this.values;
    const asked = { ...address.windowOf(values, WINDOW), ...address.filtersOf(values) };
    const forGraph = { ...address.windowOf(values, WINDOW), ...address.filtersOf(values, 'outcome') };
    const [found, graph] = await Promise.all([
      get('slow', { ...asked, min: values.min, limit: Math.min(MOST, PAGE * this.pages) }, signal),
      get('flamegraph', forGraph, signal),
    ]);
    return () => this.draw(found, graph, forGraph);
  }

  draw(found, graph, forGraph) {
    const nothing = graph.ops === 0 && found.slowOps.length === 0;
    this.full.hidden = nothing;
    this.nothing.replaceChildren(...(nothing ? [this.empty(found)] : []));
    if (nothing) return;
    this.list.update(found.slowOps);
    this.more.hidden = !found.next || PAGE * this.pages >= MOST;
    this.note.textContent = 'most severe first; open one for its stack; ' + span(found.window.from, found.window.to);
    this.drawGraph(graph, forGraph);
  }

  drawGraph(graph, forGraph) {
    const filters = new URLSearchParams();
    Object.entries({ ...forGraph, format: 'folded' }).forEach(([name, value]) => { if (value !== undefined) filters.set(name, value === null ? '' : value); });
    this.folded.href = 'api/v1/flamegraph?' + filters;
    const stacks = graph.withStack > 0;
    this.noStack.replaceChildren(...(stacks ? [] : [emptyState('None of ' + format.exact(graph.ops) + ' slow operations carries a stack.',
      'Stacks tell which code asked. They are taken of slow operations alone; switch them on for all agents, while they run:',
      '$ ./kvops config set agents.all.slowStack true')]));
    const changed = JSON.stringify(graph.root) !== this.drawn;
    if (changed || !stacks) {
      this.drawn = JSON.stringify(graph.root);
      this.flameHost.hidden = !stacks;
      if (stacks) this.flame.update(graph.root);
      this.search();
    }
  }

  empty(found) {
    const filtered = this.values.min || Object.keys(address.filtersOf(this.values)).length > 0;
    const state = emptyState('No operation was slow between ' + span(found.window.from, found.window.to) + '.',
      ...(filtered ? ['There are filters: take one away to see more.'] : []),
      'An operation is slow once it takes longer than the threshold of its agent. A lower one, for all agents, while they run:',
      '$ ./kvops config set agents.all.slow 1ms agents.all.slowStack true',
      'No agent yet? Attach one to a Java program:', AGENT_LINE);
    state.classList.add('card');
    return state;
  }
}
