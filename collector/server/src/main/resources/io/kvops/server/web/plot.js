// A chart of lines over time. uPlot comes as a classic script and is vendored beside this file.
/* global uPlot */
import * as format from './format.js';
import { element } from './tables.js';

const HEIGHT = 222;

/** Steps of an axis of bytes. */
const POWERS = Array.from({ length: 60 }, (_, i) => 2 ** i);

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Calls back when the page becomes dark or light, or is printed. */
export function onNewColours(again) {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', again);
  matchMedia('print').addEventListener('change', again);
}

export class Chart {
  /**
   * @param lines [{label, colour: custom property, fill: custom property or none, dash}]
   * @param options {name, fromZero: false for an axis that begins near the lowest value, binary: an axis of bytes, chosen(fromSeconds, toSeconds): told when a part is marked}
   */
  constructor(host, lines, valueText, logarithmic, options = {}) {
    this.host = host;
    this.lines = lines;
    this.valueText = valueText;
    this.logarithmic = logarithmic;
    this.options = options;
    this.columns = null;
    this.tip = element('div', 'tip');
    this.tip.hidden = true;
    host.tabIndex = 0;
    host.addEventListener('keydown', (event) => this.key(event));
    host.addEventListener('blur', () => this.point(null));
    new ResizeObserver(() => this.resize()).observe(host);
  }

  /** Draws other lines from now on. */
  setLines(lines, valueText = this.valueText) {
    const same = (a, b) => a.length === b.length && a.every((line, i) => line.label === b[i].label && line.colour === b[i].colour);
    const changed = !same(this.lines, lines) || valueText !== this.valueText;
    this.lines = lines;
    this.valueText = valueText;
    if (changed) this.remove();
  }

  remove() {
    if (this.plot) this.plot.destroy();
    this.plot = undefined;
  }

  /**
   * @param columns seconds since the epoch, then one column a line, oldest first
   * @param window [from, to] in seconds: what the axis shows; else from the first to the last value
   */
  draw(columns, window) {
    this.columns = columns;
    this.window = window;
    const times = this.columns[0];
    if (times.length === 0) {
      this.remove();
      return;
    }
    if (!this.plot) this.build();
    this.plot.setData(this.columns, false);
    const [min, max] = this.range();
    this.plot.setScale('x', { min, max });
    // without a pointer on the chart the legend tells the newest values; uPlot itself is done with this turn by then
    const plot = this.plot;
    queueMicrotask(() => {
      if (plot === this.plot && plot.cursor.idx == null) plot.setLegend({ idx: this.columns[0].length - 1 });
    });
    this.describe();
  }

  range() {
    const times = this.columns[0];
    return this.window || [times[0], Math.max(times[times.length - 1], times[0] + 10)];
  }

  /** Anew, with the colours of the moment. */
  rebuild() {
    if (this.plot) {
      this.remove();
      this.draw(this.columns, this.window);
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
    this.host.setAttribute('aria-label', (this.options.name ? this.options.name + '. ' : '') + 'Last values: ' + last.join(', '));
  }

  /** The arrow keys go from value to value. */
  key(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
    if (event.key === 'Escape') this.point(null);
    if (step === undefined || !this.plot) return;
    event.preventDefault();
    const times = this.columns[0];
    const before = this.plot.cursor.idx;
    let index = before == null ? times.length - 1 : Math.max(0, Math.min(times.length - 1, before + step));
    // beyond the axis there is nothing to point at
    const [min, max] = this.range();
    while (times[index] < min && index < times.length - 1) index++;
    while (times[index] > max && index > 0) index--;
    this.point(index);
  }

  point(index) {
    if (!this.plot) return;
    const left = index === null ? -10 : this.plot.valToPos(this.columns[0][index], 'x');
    this.plot.setCursor({ left, top: index === null ? -10 : 20 });
  }

  /** What the values under the pointer are, beside it. */
  showTip(u) {
    const i = u.cursor.idx;
    if (i == null || u.cursor.left < 0) {
      this.tip.hidden = true;
      return;
    }
    const rows = [element('div', 'muted', format.dateTime(this.columns[0][i] * 1000))];
    this.lines.forEach((line, n) => {
      const value = this.columns[n + 1][i];
      const row = element('div', 'row');
      const dot = element('span', 'key-dot');
      dot.style.setProperty('--tone', 'var(' + line.colour + ')');
      row.append(dot, element('span', 'label', line.label), element('b', '', value == null ? format.NONE : this.valueText(value)));
      rows.push(row);
    });
    this.tip.replaceChildren(...rows);
    this.tip.hidden = false;
    const right = u.cursor.left > u.over.clientWidth / 2;
    this.tip.style.left = right ? 'auto' : Math.round(u.cursor.left + 12) + 'px';
    this.tip.style.right = right ? Math.round(u.over.clientWidth - u.cursor.left + 12) + 'px' : 'auto';
  }

  build() {
    const ink = colour('--muted');
    const grid = { stroke: colour('--line'), width: 1 };
    const font = '12px ' + getComputedStyle(document.body).fontFamily;
    const axis = { stroke: ink, grid, ticks: { ...grid, size: 4 }, font };
    const valueText = this.valueText;
    const chosen = this.options.chosen;
    this.plot = new uPlot({
      width: Math.max(200, this.host.clientWidth),
      height: HEIGHT,
      cursor: { y: false, points: { size: 7 }, drag: { x: Boolean(chosen), y: false, setScale: false } },
      legend: { live: true },
      hooks: {
        setCursor: [(u) => this.showTip(u)],
        setSelect: [(u) => {
          if (!chosen || u.select.width < 8) return;
          chosen(u.posToVal(u.select.left, 'x'), u.posToVal(u.select.left + u.select.width, 'x'));
        }],
      },
      scales: {
        x: { time: true, auto: false },
        y: this.logarithmic
          ? { distr: 3, range: (u, min, max) => (min > 0 ? [oneDigitBelow(min), max * 1.3] : [1e4, 1e8]) }
          : { range: (u, min, max) => linear(min, max, this.options.fromZero !== false) },
      },
      axes: [
        { ...axis, space: 80, size: 34, values: (u, ticks) => ticks.map((t) => format.tick(t, u.scales.x.max - u.scales.x.min)) },
        {
          ...axis,
          size: 78,
          incrs: this.options.binary ? POWERS : undefined,
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
          points: { show: (u, i) => alone(u.data[i]).length > 0, filter: (u, i) => alone(u.data[i]), size: 5 },
          value: (u, v) => (v == null ? format.NONE : valueText(v)),
        })),
      ],
    }, this.columns, this.host);
    this.plot.over.append(this.tip);
  }
}

/** The values that stand alone between two gaps: they make no line, and are shown as points. */
function alone(column) {
  const found = [];
  for (let i = 0; i < column.length; i++) {
    if (column[i] == null) continue;
    let before = i - 1;
    while (before >= 0 && column[before] === undefined) before--;
    let after = i + 1;
    while (after < column.length && column[after] === undefined) after++;
    if ((before < 0 || column[before] === null) && (after >= column.length || column[after] === null)) found.push(i);
  }
  return found;
}

function linear(min, max, fromZero) {
  if (fromZero || !(max > min)) return [Math.min(0, min), max > 0 ? max * 1.08 : 1];
  const room = (max - min) * 0.08;
  return [min >= 0 ? Math.max(0, min - room) : min - room, max + room];
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
