// A part of the page that asks REST when it is shown, and again from time to time.
import { element } from './tables.js';

const AFTER_FAILURE_MILLIS = 10000;

export class Section {
  /** @param context {paused(), loggedOut(), snapshot(), copyable(command)} */
  constructor(host, context) {
    this.host = host;
    this.context = context;
    this.shown = false;
    this.values = {};
    this.problem = element('p', 'notice bad');
    this.problem.setAttribute('role', 'alert');
    this.problem.hidden = true;
    // what the section shows stands hidden until there is a first answer
    this.waiting = element('p', 'muted waiting', 'Asking the collector …');
    host.append(this.problem, this.waiting);
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden && this.shown && this.missed) this.load();
    });
  }

  /** @param values of the address */
  show(values) {
    this.shown = true;
    this.values = values;
    this.load();
  }

  hide() {
    this.shown = false;
    clearTimeout(this.timer);
    if (this.asking) this.asking.abort();
  }

  async load() {
    if (this.asking) this.asking.abort();
    clearTimeout(this.timer);
    this.missed = false;
    const asking = new AbortController();
    this.asking = asking;
    this.host.setAttribute('aria-busy', 'true');
    let pause;
    try {
      const draw = await this.ask(asking.signal);
      if (asking.signal.aborted) return;
      this.problem.hidden = true;
      this.waiting.hidden = true;
      this.host.dataset.ready = 'true';
      draw();
      pause = this.pauseMillis();
    } catch (e) {
      if (asking.signal.aborted) return;
      if (!(e.status >= 0)) console.error(e);
      this.problem.textContent = e.message;
      this.problem.hidden = false;
      this.waiting.hidden = true;
      if (e.status === 401) this.context.loggedOut();
      pause = AFTER_FAILURE_MILLIS;
    }
    this.host.setAttribute('aria-busy', 'false');
    if (this.shown && pause > 0) this.timer = setTimeout(() => this.again(), pause);
  }

  again() {
    if (document.hidden) this.missed = true;
    else if (this.context.paused()) this.timer = setTimeout(() => this.again(), 1000);
    else this.load();
  }

  /** Asks again after so long; 0: only when told. A window that ends at a fixed time is asked about once. */
  pauseMillis() {
    if (this.values.from && this.values.to) return 0;
    return { '5m': 5000, '1h': 15000, '6h': 60000, '1d': 60000, '7d': 300000 }[this.values.last] || 15000;
  }
}
