// What happens now: one stream of snapshots in, numbers out.
import { Charts } from './charts.js';
import * as format from './format.js';
import { copy, inNanos, number, perSecond, text, withTops } from './parts.js';
import { LiveList, LiveTable, element } from './tables.js';

const ANOTHER_TRY = 'Start it again with ./kvops collector; agents keep what they count and deliver it then.';

const byId = (id) => document.getElementById(id);

// id, name, value, hint, exact value; s is a snapshot, n its last ten seconds
const TILES = [
  ['ops', 'Operations', (n) => format.rate(n.opsPerSecond), (n, s) => format.count(s.totalOps) + ' in all', (n, s) => format.exact(n.opsPerSecond) + ' /s, ' + format.exact(s.totalOps) + ' since the collector began'],
  ['tps', 'Transactions', (n) => format.rate(n.transactionsPerSecond), () => 'that change data', (n) => format.exact(n.transactionsPerSecond) + ' /s: writes, deletes, transactions'],
  ['p50', 'p50', (n) => format.nanos(n.p50Nanos), () => 'half are faster', (n) => inNanos(n.p50Nanos)],
  ['p90', 'p90', (n) => format.nanos(n.p90Nanos), () => '9 of 10 are faster', (n) => inNanos(n.p90Nanos)],
  ['p99', 'p99', (n) => format.nanos(n.p99Nanos), () => '99 of 100 are', (n) => inNanos(n.p99Nanos)],
  ['max', 'Slowest', (n) => format.nanos(n.maxNanos), () => 'exact maximum', (n) => inNanos(n.maxNanos)],
  ['miss', 'Misses', (n) => format.rate(n.misses / n.seconds), (n, s) => format.count(s.totalMisses) + ' in all', (n, s) => format.exact(s.totalMisses) + ' reads found nothing since the collector began'],
  ['bad', 'Errors', (n) => format.rate(n.errors / n.seconds), (n, s) => format.count(s.totalErrors) + ' in all', (n, s) => format.exact(s.totalErrors) + ' since the collector began'],
];

class Tiles {
  constructor(host) {
    this.cells = TILES.map(([id, name]) => {
      const tile = element('div', 't-' + id);
      const value = element('dd', 'value', format.NONE);
      const hint = element('dd', 'hint');
      value.id = 'now-' + id;
      tile.append(element('dt', '', name), value, hint);
      host.append(tile);
      return { tile, value, hint };
    });
  }

  update(snapshot) {
    const now = snapshot.now;
    TILES.forEach(([id, , value, hint, exact], i) => {
      const cell = this.cells[i];
      cell.value.textContent = value(now);
      cell.value.title = exact(now, snapshot);
      cell.hint.textContent = hint(now, snapshot);
      if (id === 'bad') cell.tile.classList.toggle('bad', now.errors > 0);
    });
  }
}

function tables() {
  const ops = new LiveTable(byId('ops'), (r) => r.store + '\n' + r.op, [
    { name: 'Operation', text: (r) => format.visible(r.op, 40), exact: (r) => r.store + ' ' + format.visible(r.op), sort: (r) => r.op },
    text('Store', 'store'),
    text('Class', 'opClass', { wide: true }),
    number('Rate', 'opsPerSecond', format.rate, perSecond, { share: (r) => r.opsPerSecond / r.topRate }),
    number('p50', 'p50Nanos', format.nanos, inNanos, { wide: true }),
    number('p90', 'p90Nanos', format.nanos, inNanos, { wide: true }),
    number('p99', 'p99Nanos', format.nanos, inNanos, { share: (r) => r.p99Nanos / r.topP99 }),
    number('Slowest', 'maxNanos', format.nanos, inNanos, { wide: true }),
    number('In all', 'count', format.count, format.exact),
    number('Misses', 'misses', format.count, format.exact, { wide: true }),
    number('Errors', 'errors', format.count, format.exact, { bad: (r) => r.errors > 0, wide: true }),
  ], 'In all', 'No operation yet.');
  const hot = new LiveTable(byId('hot'), (r) => r.store + '\n' + r.endpoint + '\n' + r.key, [
    text('Key', 'key', { code: true, exact: (r) => (r.hashed ? 'keyed hash ' : '') + format.visible(r.key, 1000) + ' at ' + r.store + ' ' + format.visible(r.endpoint, 200) }),
    number('Count', 'count', format.count, format.exact, {
      share: (r) => r.count / r.topCount,
      text: (r) => (r.errorBound === 0 ? format.count(r.count) : format.count(r.count - r.errorBound) + ' – ' + format.count(r.count)),
      exact: (r) => (r.errorBound === 0 ? 'exactly ' : 'between ' + format.exact(r.count - r.errorBound) + ' and ') + format.exact(r.count),
    }),
    number('Share', 'share', format.percent, (v) => 'at least ' + format.percent(v) + ' of the operations there'),
    number('Reads', 'reads', format.count, format.exact, { wide: true }),
    number('Writes', 'writes', format.count, format.exact, { wide: true }),
    text('Store', 'store', { wide: true }),
  ], 'Count', 'No key stands out yet.');
  const agents = new LiveTable(byId('agents'), (r) => r.agentId, [
    text('Service', 'service'),
    { name: 'State', text: (r) => (r.connected ? 'connected' : 'silent'), exact: (r) => 'newest frame ' + format.exact(r.lastFrameAgeMillis) + ' ms ago', sort: (r) => r.lastFrameAgeMillis, bad: (r) => !r.connected },
    { name: 'Last frame', number: true, text: (r) => format.age(r.lastFrameAgeMillis), sort: (r) => r.lastFrameAgeMillis, exact: (r) => 'number ' + format.exact(r.lastSequence) },
    number('Operations', 'ops', format.count, format.exact),
    text('Instance', 'instance', { wide: true }),
    text('Host', 'host', { wide: true }),
    number('Process', 'pid', String, String, { wide: true }),
    text('JVM', 'jvm', { wide: true }),
  ], 'Service', 'No agent is known.', false);
  return { ops, hot, agents };
}

function slowEntry(op) {
  return {
    id: [op.at, op.instance, op.store, op.op, op.key, op.latencyNanos].join('\n'),
    stack: op.stack.map((frame) => format.visible(frame, 300)),
    parts: [
      ['when', format.clock(op.at), new Date(op.at).toISOString()],
      ['latency', format.nanos(op.latencyNanos), inNanos(op.latencyNanos)],
      ['op' + (op.outcome === 'ok' || op.outcome === 'miss' ? '' : ' bad'), format.visible(op.op, 40), op.store + ' ' + format.visible(op.op, 40) + ' at ' + format.visible(op.endpoint) + ': ' + op.outcome],
      ['key', format.visible(op.key || op.pattern) || format.NONE, format.visible(op.key || op.pattern, 1000)],
      ['service', format.visible(op.service, 40), ''],
    ],
  };
}

export class Page {
  constructor() {
    this.tiles = new Tiles(byId('tiles'));
    this.tables = tables();
    this.slow = new LiveList(byId('slow'), slowEntry, 'Nothing was slower than the threshold.');
    this.charts = new Charts(document);
    this.paused = false;
    this.shown = false;
    this.latest = null;
    this.slowOrder = 'latestSlowOps';
    byId('pause').addEventListener('click', () => this.togglePause());
    for (const button of document.querySelectorAll('[data-slow]')) {
      button.addEventListener('click', () => this.orderSlow(button));
    }
    byId('copy').addEventListener('click', () => copy(byId('empty-command'), byId('copied')));
  }

  togglePause() {
    this.paused = !this.paused;
    byId('pause').setAttribute('aria-pressed', String(this.paused));
    byId('pause').textContent = this.paused ? 'Continue' : 'Pause';
    if (!this.paused && this.shown && this.latest) this.draw();
  }

  orderSlow(chosen) {
    this.slowOrder = chosen.dataset.slow;
    for (const button of document.querySelectorAll('[data-slow]')) {
      button.setAttribute('aria-pressed', String(button === chosen));
    }
    if (this.latest) this.draw();
  }

  show() {
    this.shown = true;
    if (this.latest) this.draw();
  }

  hide() {
    this.shown = false;
  }

  take(snapshot) {
    this.latest = snapshot;
    byId('updated').textContent = 'as of ' + format.clock(snapshot.at);
    if (!this.paused && this.shown) this.draw();
  }

  draw() {
    const s = this.latest;
    const nothing = s.agents.length === 0 && s.totalOps === 0;
    byId('empty').hidden = !nothing;
    byId('live').hidden = nothing;
    if (nothing) return;
    this.tiles.update(s);
    this.tables.ops.update(withTops(s.stores, { topRate: 'opsPerSecond', topP99: 'p99Nanos' }));
    this.tables.hot.update(withTops(s.hotKeys, { topCount: 'count' }));
    this.tables.agents.update(s.agents);
    this.slow.update(s[this.slowOrder]);
    byId('agents-note').textContent = s.agentsConnected + ' of ' + s.agents.length + ' connected';
    this.dropped(Object.entries(s.dropped).filter(([, n]) => n > 0));
    this.charts.draw(s.timeline);
  }

  dropped(counters) {
    const notice = byId('dropped');
    notice.hidden = counters.length === 0;
    notice.textContent = 'Not kept: ' + counters.map(([reason, n]) => format.visible(reason, 60) + ' ' + format.exact(n)).join(', ') + '.';
  }

  state(name, words) {
    byId('state').dataset.state = name;
    const node = byId('state-text');
    if (node.textContent !== words) node.textContent = words;
    const gone = byId('gone');
    gone.hidden = name !== 'gone';
    if (name === 'gone') gone.textContent = 'The collector at ' + location.host + ' does not answer; the numbers below are the last it sent. ' + ANOTHER_TRY;
  }
}

