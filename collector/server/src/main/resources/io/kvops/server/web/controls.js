// The window that is asked about, filters, and what is grouped by; all of it in the address.
import * as address from './address.js';
import * as format from './format.js';
import { choice } from './parts.js';
import { get } from './rest.js';
import { element } from './tables.js';

const WINDOWS = [['5m', '5 min'], ['1h', '1 h'], ['6h', '6 h'], ['1d', '24 h'], ['7d', '7 d'], ['fixed', 'from–to']];

/** What a datetime-local field holds, in this browser's zone. */
function local(instant) {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return '';
  return format.dateTime(date).replace(' ', 'T');
}

/** A field for a time; read() is its ISO text, empty if it is not filled. */
export function timeField(label, value) {
  const host = element('label', 'field', label + ' ');
  const input = element('input');
  input.type = 'datetime-local';
  input.step = 1;
  input.value = value ? local(value) : '';
  host.append(input);
  return {
    host,
    input,
    set: (instant) => { input.value = local(instant); },
    read: () => (input.value ? new Date(input.value).toISOString() : ''),
  };
}

/** The choice of a window. */
export class WindowChoice {
  constructor(byDefault) {
    this.byDefault = byDefault;
    this.host = element('div', 'control');
    this.buttons = choice('Window', WINDOWS, (value) => this.chosen(value));
    this.form = element('form', 'inline');
    this.from = timeField('from');
    this.to = timeField('to');
    const apply = element('button', '', 'Show');
    this.form.append(this.from.host, this.to.host, apply, element('span', 'muted', format.zone()));
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.fixed();
    });
    this.said = element('span', 'bad');
    this.said.setAttribute('role', 'alert');
    this.form.append(this.said);
    this.form.hidden = true;
    this.host.append(element('span', 'name', 'Window'), this.buttons.host, this.form);
  }

  chosen(value) {
    if (value === 'fixed') {
      this.form.hidden = false;
      const now = new Date();
      if (!this.to.input.value) {
        this.to.set(now);
        this.from.set(new Date(now.getTime() - 3600000));
      }
      this.buttons.press('fixed');
      this.from.input.focus();
    } else {
      address.change({ last: value, from: undefined, to: undefined });
    }
  }

  fixed() {
    const from = this.from.read();
    const to = this.to.read();
    const wrong = !from || !to ? 'Fill in both times.' : from >= to ? 'The begin has to be before the end.' : '';
    this.said.textContent = wrong;
    if (!wrong) address.change({ last: undefined, from, to });
  }

  show(values) {
    this.form.hidden = !values.from;
    this.said.textContent = '';
    if (values.from) {
      this.from.set(values.from);
      this.to.set(values.to || new Date());
    }
    this.buttons.press(values.from ? 'fixed' : values.last || this.byDefault);
  }
}

/** Which groups a table has: buttons that can each be pressed. */
export class Grouping {
  constructor(names, byDefault) {
    this.byDefault = byDefault;
    this.host = element('div', 'control');
    this.host.setAttribute('role', 'group');
    this.host.setAttribute('aria-label', 'Group by');
    this.host.append(element('span', 'name', 'Group by'));
    this.buttons = names.map((name) => {
      const button = element('button', 'toggle', address.DIMENSIONS[name]);
      button.type = 'button';
      button.dataset.by = name;
      button.addEventListener('click', () => this.toggle(name));
      this.host.append(button);
      return button;
    });
  }

  toggle(name) {
    const chosen = this.chosen.includes(name) ? this.chosen.filter((n) => n !== name) : [...this.chosen, name];
    address.change({ by: chosen.join(',') });
  }

  show(values) {
    this.chosen = address.groupsOf(values, this.byDefault);
    this.buttons.forEach((b) => b.setAttribute('aria-pressed', String(this.chosen.includes(b.dataset.by))));
  }
}

let lists = 0;

/** Filters: those that are set, each with a button that takes it away, and a form for one more. */
export class Filters {
  /** @param without dimensions that are not offered here */
  constructor(byDefault, ...without) {
    this.byDefault = byDefault;
    this.without = without;
    this.host = element('form', 'control');
    this.host.setAttribute('aria-label', 'Filter');
    this.dimension = element('select');
    this.dimension.setAttribute('aria-label', 'Filter by');
    for (const [name, text] of Object.entries(address.DIMENSIONS)) {
      if (!without.includes(name)) {
        const option = element('option', '', text);
        option.value = name;
        this.dimension.append(option);
      }
    }
    this.value = element('input');
    this.value.setAttribute('aria-label', 'Exact value');
    this.value.placeholder = 'exact value';
    this.value.spellcheck = false;
    this.value.autocapitalize = 'off';
    this.values = element('datalist');
    this.values.id = 'values-' + (++lists);
    this.value.setAttribute('list', this.values.id);
    this.set = element('span', 'set');
    const add = element('button', '', 'Add');
    this.host.append(element('span', 'name', 'Filter'), this.set, this.dimension, this.value, this.values, add);
    this.value.addEventListener('focus', () => this.suggest());
    this.dimension.addEventListener('change', () => { this.suggested = null; this.values.replaceChildren(); });
    this.host.addEventListener('submit', (event) => {
      event.preventDefault();
      address.change({ [this.dimension.value]: this.value.value });
      this.value.value = '';
    });
  }

  show(values) {
    this.current = values;
    this.set.replaceChildren(...Object.keys(address.DIMENSIONS)
      .filter((name) => values[name] !== undefined && !this.without.includes(name))
      .map((name) => {
        const shown = values[name] === '' ? '(none)' : format.visible(values[name], 60);
        const button = element('button', 'toggle', address.DIMENSIONS[name] + ' = ' + shown + ' ✕');
        button.type = 'button';
        button.title = 'Take this filter away';
        button.setAttribute('aria-label', 'Take away the filter ' + address.DIMENSIONS[name] + ' = ' + shown);
        button.addEventListener('click', () => address.change({ [name]: undefined }));
        return button;
      }));
    this.suggested = null;
  }

  /** Offers the most used values of the window. */
  async suggest() {
    const name = this.dimension.value;
    if (this.suggested === name) return;
    this.suggested = name;
    try {
      const found = await get('breakdown', { ...address.windowOf(this.current, this.byDefault), by: name, limit: 100 });
      if (this.suggested !== name) return;
      this.values.replaceChildren(...found.groups.filter((g) => g.key[name]).map((g) => {
        const option = element('option');
        option.value = g.key[name];
        return option;
      }));
    } catch {
      // without suggestions, a value can be written all the same
      this.suggested = null;
    }
  }
}

/** Several controls in one row. */
export function toolbar(...controls) {
  const host = element('div', 'card toolbar');
  controls.forEach((c) => host.append(c.host));
  return { host, show: (values) => controls.forEach((c) => c.show && c.show(values)) };
}
