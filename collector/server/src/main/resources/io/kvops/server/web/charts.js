// The two charts of the last minutes, over the timeline of a snapshot.
import * as format from './format.js';
import { Chart, onNewColours } from './plot.js';

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
    onNewColours(() => { this.rate.rebuild(); this.latency.rebuild(); });
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
