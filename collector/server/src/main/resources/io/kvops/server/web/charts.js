// Two uPlot charts over the timeline of a snapshot. uPlot comes as a classic script and is vendored beside this file.
/* global uPlot */
import * as format from './format.js';

const HEIGHT = 222;

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

class Chart {
  /** @param lines [{label, colour: custom property, fill: custom property or none, dash}] */
  constructor(host, lines, valueText, logarithmic) {
    this.host = host;
    this.lines = lines;
    this.valueText = valueText;
    this.logarithmic = logarithmic;
    this.columns = null;
    new ResizeObserver(() => this.resize()).observe(host);
  }

  /** @param columns seconds since the epoch, then one column a line, oldest first */
  draw(columns) {
    this.columns = columns;
    const times = this.columns[0];
    if (times.length === 0) return;
    if (!this.plot) this.build();
    this.plot.setData(this.columns, false);
    this.plot.setScale('x', { min: times[0], max: Math.max(times[times.length - 1], times[0] + 10) });
    // without a pointer on the chart the legend tells the newest values
    if (this.plot.cursor.idx == null) this.plot.setLegend({ idx: times.length - 1 });
    this.describe();
  }

  /** Anew, with the colours of the moment. */
  rebuild() {
    if (this.plot) {
      this.plot.destroy();
      this.plot = undefined;
      this.draw(this.columns);
    }
  }

  resize() {
    if (this.plot && this.host.clientWidth > 0) this.plot.setSize({ width: this.host.clientWidth, height: HEIGHT });
  }

  describe() {
    const last = this.lines.map((line, i) => {
      const column = this.columns[i + 1];
      const value = column[column.length - 1];
      return line.label + ' ' + (value == null ? format.NONE : this.valueText(value));
    });
    this.host.setAttribute('aria-label', 'Last values: ' + last.join(', '));
  }

  build() {
    const ink = colour('--muted');
    const grid = { stroke: colour('--line'), width: 1 };
    const font = '12px ' + getComputedStyle(document.body).fontFamily;
    const axis = { stroke: ink, grid, ticks: { ...grid, size: 4 }, font };
    const valueText = this.valueText;
    this.plot = new uPlot({
      width: Math.max(200, this.host.clientWidth),
      height: HEIGHT,
      cursor: { y: false, points: { size: 7 } },
      legend: { live: true },
      scales: {
        x: { time: true, auto: false },
        y: this.logarithmic
          ? { distr: 3, range: (u, min, max) => (min > 0 ? [oneDigitBelow(min), max * 1.3] : [1e4, 1e8]) }
          : { range: (u, min, max) => [0, max > 0 ? max * 1.08 : 1] },
      },
      axes: [
        { ...axis, space: 70, size: 34, values: (u, ticks) => ticks.map((t) => format.clock(t * 1000)) },
        {
          ...axis,
          size: 72,
          // a logarithmic grid has a line at every digit; names stand at 1, 2 and 5, or where many decades show, at 1
          values: (u, ticks) => ticks.map((t) => (t == null || (this.logarithmic && !named(t, ticks)) ? '' : valueText(t))),
        },
      ],
      series: [
        { label: 'Time', value: (u, t) => (t == null ? format.NONE : format.clock(t * 1000)) },
        ...this.lines.map((line) => ({
          label: line.label,
          stroke: colour(line.colour),
          fill: line.fill ? colour(line.fill) : undefined,
          dash: line.dash,
          width: 1.75,
          points: { show: false },
          value: (u, v) => (v == null ? format.NONE : valueText(v)),
        })),
      ],
    }, this.columns, this.host);
  }
}

/** The largest number of one significant digit that is clearly below: the lines of a logarithmic grid start there. */
function oneDigitBelow(value) {
  const below = value * 0.85;
  const power = 10 ** Math.floor(Math.log10(below));
  return Math.floor(below / power) * power;
}

function named(tick, ticks) {
  const digit = Math.round(tick / 10 ** Math.floor(Math.log10(tick) + 1e-9));
  const decades = Math.log10(ticks[ticks.length - 1] / ticks[0]);
  return digit === 1 || (decades < 2.2 && (digit === 2 || digit === 5));
}

export class Charts {
  constructor(document) {
    this.rate = new Chart(document.getElementById('rate-chart'), [
      { label: 'operations', colour: '--c-ops', fill: '--c-ops-fill' },
      { label: 'transactions', colour: '--c-tps' },
      { label: 'errors', colour: '--c-bad', dash: [5, 3] },
    ], format.rate, false);
    this.latency = new Chart(document.getElementById('latency-chart'), [
      { label: 'max', colour: '--c-max', dash: [3, 3] },
      { label: 'p99', colour: '--c-p99' },
      { label: 'p90', colour: '--c-p90' },
      { label: 'p50', colour: '--c-p50' },
    ], format.nanos, true);
    const again = () => { this.rate.rebuild(); this.latency.rebuild(); };
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', again);
    matchMedia('print').addEventListener('change', again);
  }

  /** @param timeline points of a snapshot, oldest first, without gaps */
  draw(timeline) {
    const seconds = timeline.map((p) => Date.parse(p.at) / 1000);
    const column = (field) => timeline.map((p) => p[field]);
    // null breaks a line: nothing happened; undefined does not: no frame ended in this very second
    const latency = (field) => timeline.map((p) => (p[field] > 0 ? p[field] : p.opsPerSecond > 0 ? undefined : null));
    this.rate.draw([seconds, column('opsPerSecond'), column('transactionsPerSecond'), timeline.map((p) => p.errors / p.seconds)]);
    this.latency.draw([seconds, latency('maxNanos'), latency('p99Nanos'), latency('p90Nanos'), latency('p50Nanos')]);
  }
}
