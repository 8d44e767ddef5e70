// The configuration: what is in force, what was before, and what each change was. Read only; changes are made by the file, the
// command line or REST.
import * as format from './format.js';
import { card, emptyState, scrolledTable, text } from './parts.js';
import { get } from './rest.js';
import { Section } from './section.js';
import { LiveTable, element } from './tables.js';

const VERSIONS = 100;

export class Config extends Section {
  constructor(host, context) {
    super(host, context);
    this.full = element('div', 'stack-of-cards');
    this.now = card('In force', '');
    this.now.host.id = 'config-now';
    this.facts = element('dl', 'facts');
    this.now.host.append(this.facts);
    this.history = card('Versions', 'newest first; open one for what it changed');
    this.history.host.id = 'config-versions';
    this.list = element('div', 'versions');
    this.history.host.append(this.list);
    this.settings = card('Settings', '');
    this.settings.host.id = 'config-settings';
    const tools = element('span', 'control');
    this.search = element('input');
    this.search.type = 'search';
    this.search.placeholder = 'search settings';
    this.search.setAttribute('aria-label', 'Search settings');
    this.search.addEventListener('input', () => this.redraw());
    const label = element('label', 'field');
    this.said = element('input');
    this.said.type = 'checkbox';
    this.said.addEventListener('change', () => this.redraw());
    label.append(this.said, ' not the default');
    tools.append(this.search, label);
    this.settings.head.append(tools);
    const { scroll, table } = scrolledTable(this.settings.heading);
    this.table = new LiveTable(table, (s) => s.path, [
      text('Setting', 'path', { code: true }),
      text('Value', 'value', { wrap: true }),
      { name: 'From', text: (s) => (s.said ? 'set' : 'default'), sort: (s) => Number(s.said) },
      text('Expected', 'expected', { wide: true, wrap: true }),
    ], 'Setting', 'No setting fits.', false);
    this.settings.host.append(scroll);
    this.full.append(this.now.host, this.history.host, this.settings.host);
    this.full.hidden = true;
    host.append(this.full);
    this.changes = new Map();
  }

  async ask(signal) {
    let now;
    try {
      now = await get('config', {}, signal);
    } catch (e) {
      if (e.status !== 404) throw e;
      return () => this.fixed(e.message);
    }
    const [versions, settings, agents] = await Promise.all([
      get('config/versions', { limit: VERSIONS }, signal), get('config/settings', {}, signal), get('config/agents', {}, signal),
    ]);
    return () => {
      this.full.hidden = false;
      this.found = settings.settings;
      this.drawNow(now, agents);
      this.drawVersions(versions.versions);
      this.redraw();
    };
  }

  fixed(message) {
    this.full.hidden = true;
    this.host.querySelectorAll('.nothing').forEach((e) => e.remove());
    this.host.append(emptyState('The configuration can’t be read here.', format.visible(message, 300)));
  }

  drawNow(now, agents) {
    const fact = (name, value) => [element('dt', '', name), element('dd', '', value)];
    this.facts.replaceChildren(
      ...fact('Version', String(now.version)),
      ...fact('Since', format.dateTime(now.at) + ' (' + format.zone(now.at) + ')'),
      ...fact('By', format.visible(now.who, 200) + ', from ' + format.visible(now.origin, 200)),
      ...fact('Agents', agents.version === 0 ? 'were told nothing yet' : 'are told version ' + agents.version + '; '
        + format.exact(agents.confirmed) + ' of ' + format.exact(agents.connected) + ' have confirmed it'),
      ...agents.problems.slice(0, 20).flatMap((p) => fact('Problem', format.visible(p, 400))));
  }

  drawVersions(versions) {
    const newest = versions.length > 0 ? versions[0].version : 0;
    if (this.newest === newest) return;
    this.newest = newest;
    this.list.replaceChildren(...versions.map((v) => this.version(v)));
  }

  version(v) {
    const details = element('details');
    const summary = element('summary');
    const changes = v.changes.length;
    summary.append(
      element('span', 'number strong', 'Version ' + v.version),
      element('span', 'when', format.dateTime(v.at)),
      element('span', 'who', format.visible(v.who, 60)),
      element('span', 'origin muted', format.visible(v.origin, 60)),
      element('span', 'what muted', changes === 0 ? 'first, or no setting changed' : changes === 1 ? format.visible(v.changes[0], 120) : format.exact(changes) + ' settings changed'));
    details.append(summary);
    const list = element('ul', 'changes');
    v.changes.forEach((change) => {
      const item = element('li');
      item.append(element('code', '', format.visible(change, 1000)));
      list.append(item);
    });
    details.append(changes > 0 ? list : element('p', 'muted none', 'It is the first version that is kept, or its values are those of the one before.'));
    return details;
  }

  redraw() {
    if (!this.found) return;
    const wanted = this.search.value.trim().toLowerCase();
    const shown = this.found.filter((s) => (!this.said.checked || s.said) && (s.path + ' ' + s.value).toLowerCase().includes(wanted));
    this.settings.note.textContent = format.exact(shown.length) + ' of ' + format.exact(this.found.length);
    this.table.update(shown);
  }

  pauseMillis() {
    return 10000;
  }
}
