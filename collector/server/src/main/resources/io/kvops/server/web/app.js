// The page: a section is shown at a time, which one and of what is in the address. See live.js for what happens now,
// section.js for the others.
import * as address from './address.js';
import { Agents, HotKeys } from './agents.js';
import { Alerts } from './alerts.js';
import { Capacity } from './capacity.js';
import { Compare } from './compare.js';
import { Config } from './config.js';
import * as format from './format.js';
import { Page } from './live.js';
import { Operations } from './operations.js';
import { get, post } from './rest.js';
import { Slow } from './slow.js';
import { Stores } from './stores.js';

const STREAM = 'api/v1/stream';
const QUIET_AFTER_MILLIS = 4000;
const GONE_AFTER_MILLIS = 10000;
const RETRY_MILLIS = 2000;
const SECTIONS = { operations: Operations, hotkeys: HotKeys, stores: Stores, alerts: Alerts, capacity: Capacity, slow: Slow, compare: Compare, agents: Agents, config: Config };

const byId = (id) => document.getElementById(id);

/** Shows the section that the address names, and takes the window and the filters along to the next. */
class Router {
  constructor(page, context) {
    this.context = context;
    this.sections = new Map([['now', page]]);
    this.shown = null;
    this.started = false;
    addEventListener('hashchange', () => { if (this.started) this.go(); });
  }

  start() {
    this.started = true;
    this.go();
  }

  stop() {
    this.started = false;
    if (this.shown) this.sections.get(this.shown).hide();
    this.shown = null;
  }

  go() {
    const { section, values } = address.read();
    const name = section in SECTIONS ? section : 'now';
    if (this.shown && this.shown !== name) this.sections.get(this.shown).hide();
    for (const host of document.querySelectorAll('#sections > [data-section]')) host.hidden = host.dataset.section !== name;
    for (const tab of document.querySelectorAll('#tabs a')) {
      tab.href = address.link(tab.dataset.section, address.shared(values));
      if (tab.dataset.section === name) {
        tab.setAttribute('aria-current', 'page');
        tab.scrollIntoView({ block: 'nearest', inline: 'nearest' });
        document.title = 'kvops – ' + tab.textContent.toLowerCase();
      } else {
        tab.removeAttribute('aria-current');
      }
    }
    if (!this.sections.has(name)) {
      this.sections.set(name, new SECTIONS[name](document.querySelector('[data-section="' + name + '"].section'), this.context));
    }
    this.shown = name;
    this.sections.get(name).show(values);
  }
}

/** Asks for a token where one is needed; it becomes a cookie that no script can read, and is kept nowhere here. */
class Login {
  /** @param stop told that a login is needed */
  constructor(start, stop) {
    this.start = start;
    this.stop = stop;
    byId('login-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.send();
    });
    byId('logout').addEventListener('click', () => this.leave());
  }

  /** Begins, after a login if that is needed. */
  async check() {
    let session = null;
    try {
      session = await get('session');
    } catch {
      // the collector is not there: the stream will say so
    }
    const needed = session !== null && session.loginNeeded;
    byId('login').hidden = !needed;
    byId('logout').hidden = session === null || needed || session.name === 'local';
    byId('sections').hidden = needed;
    byId('tabs').hidden = needed;
    if (needed) {
      this.stop();
      byId('live').hidden = true;
      byId('empty').hidden = true;
      byId('state').dataset.state = 'login';
      byId('state-text').textContent = 'not logged in';
      byId('login-token').focus();
    } else {
      byId('logout').title = session === null ? '' : session.name + ', ' + session.role;
      this.start();
    }
  }

  async send() {
    const input = byId('login-token');
    const answer = await post('login', { token: input.value });
    input.value = '';
    if (answer.ok) {
      byId('login-problem').textContent = '';
      byId('live').hidden = false;
      this.check();
    } else {
      byId('login-problem').textContent = (await answer.json()).detail;
    }
  }

  async leave() {
    await post('logout', null);
    location.reload();
  }
}

/** Keeps a stream open, and says honestly how it stands. */
class Connection {
  /** refused: told each time that the stream is not opened; opens it again when that may help */
  constructor(page, refused) {
    this.page = page;
    this.refused = refused;
    this.lostAt = null;
    this.heardAt = performance.now();
    this.open();
    setInterval(() => this.watch(), 1000);
  }

  open() {
    this.source = new EventSource(STREAM);
    this.source.addEventListener('open', () => this.heard());
    this.source.addEventListener('error', () => this.lost());
    this.source.addEventListener('live', (event) => {
      this.heard();
      this.page.take(JSON.parse(event.data));
    });
  }

  heard() {
    this.lostAt = null;
    this.heardAt = performance.now();
    this.page.state('live', 'live');
  }

  lost() {
    if (this.lostAt === null) this.lostAt = performance.now();
    // a browser gives up for good on an answer that is no stream; so try anew
    if (this.source.readyState === EventSource.CLOSED) {
      this.source.close();
      setTimeout(this.refused, RETRY_MILLIS);
    }
    this.watch();
  }

  watch() {
    const now = performance.now();
    if (this.lostAt !== null) {
      if (now - this.lostAt > GONE_AFTER_MILLIS) this.page.state('gone', 'collector gone');
      else this.page.state('reconnecting', 'reconnecting');
    } else if (now - this.heardAt > QUIET_AFTER_MILLIS) {
      this.page.state('quiet', 'connected, no news for ' + Math.round((now - this.heardAt) / 1000) + ' s');
    }
  }
}

const page = new Page();
let connection = null;
const router = new Router(page, { paused: () => page.paused, loggedOut: () => login.check() });
const login = new Login(() => {
  router.start();
  if (connection) connection.open();
  else connection = new Connection(page, () => login.check());
}, () => router.stop());
byId('zone').textContent = 'Times are this browser’s: ' + format.zone() + '.';
login.check();
