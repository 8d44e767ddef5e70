// A flame graph in SVG: a method is as wide as the time spent in it, callers stand below. Click or Enter zooms, the arrow
// keys walk, Escape goes back. Names come from outside: they are set as text only.
import * as format from './format.js';
import { element } from './tables.js';

const SVG = 'http://www.w3.org/2000/svg';
const ROW = 19;
const NARROWEST = 0.7;
const MOST = 4000;
const CHARACTER = 6.7;

function svg(name, attributes) {
  const e = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes || {})) e.setAttribute(key, value);
  return e;
}

export class Flame {
  constructor(host) {
    this.host = host;
    this.query = '';
    this.weight = 'nanos';
    this.drawing = svg('svg', { class: 'flame', role: 'tree', 'aria-label': 'Flame graph of slow operations' });
    this.told = element('p', 'told muted');
    this.told.setAttribute('role', 'status');
    host.append(this.drawing, this.told);
    this.drawing.addEventListener('click', (event) => this.clicked(event));
    this.drawing.addEventListener('keydown', (event) => this.key(event));
    this.drawing.addEventListener('pointerover', (event) => this.over(event));
    this.drawing.addEventListener('focusin', (event) => this.over(event));
    new ResizeObserver(() => {
      if (this.root && host.clientWidth > 0 && host.clientWidth !== this.width) this.draw();
    }).observe(host);
  }

  /** Shows another tree; where the zoomed method is still in it, it stays zoomed. */
  update(root) {
    const path = this.zoomed ? pathOf(this.zoomed) : [];
    this.root = linked(root, null);
    this.zoomed = this.root;
    for (const name of path) {
      const next = this.zoomed.children.find((child) => child.name === name);
      if (!next) break;
      this.zoomed = next;
    }
    this.draw();
  }

  weighBy(weight) {
    this.weight = weight;
    if (this.root) this.draw();
  }

  /** Marks what contains a text; the answer says how much of all that is, as text. */
  search(text) {
    this.query = text.trim().toLowerCase();
    if (this.root) this.draw();
    if (!this.query || !this.root) return '';
    const share = matched(this.root, this.query, this.weight) / Math.max(1, this.root[this.weight]);
    return share > 0 ? format.percent(share) + ' of the ' + (this.weight === 'nanos' ? 'time' : 'operations') : 'nothing fits';
  }

  zoom(node) {
    this.zoomed = node;
    this.focused = node;
    this.draw();
    this.focus(node);
  }

  reset() {
    if (this.root) this.zoom(this.root);
  }

  draw() {
    this.width = this.host.clientWidth;
    const had = this.drawing.contains(document.activeElement);
    const below = [];
    for (let node = this.zoomed.parent; node; node = node.parent) below.unshift(node);
    this.boxes = [];
    below.forEach((node, row) => this.boxes.push({ node, x: 0, width: this.width, row, below: true }));
    this.tooNarrow = 0;
    this.lay(this.zoomed, 0, this.width, below.length);
    const rows = 1 + this.boxes.reduce((most, box) => Math.max(most, box.row), 0);
    const height = rows * ROW;
    this.drawing.setAttribute('width', this.width);
    this.drawing.setAttribute('height', height);
    this.drawing.setAttribute('viewBox', '0 0 ' + this.width + ' ' + height);
    this.drawing.replaceChildren(...this.boxes.map((box, i) => this.box(box, i, height)));
    if (!this.boxes.some((box) => box.node === this.focused)) this.focused = this.zoomed;
    this.rove();
    if (had) this.focus(this.focused);
    else this.tell(this.zoomed);
  }

  /** Children stand above their parent, in its width; what would be narrower than a pixel is left out. */
  lay(node, x, width, row) {
    if (this.boxes.length >= MOST) {
      this.tooNarrow++;
      return;
    }
    this.boxes.push({ node, x, width, row });
    const all = Math.max(1, node[this.weight]);
    let at = x;
    for (const child of node.children) {
      const part = width * child[this.weight] / all;
      if (part >= NARROWEST) this.lay(child, at, part, row + 1);
      else this.tooNarrow++;
      at += part;
    }
  }

  box(box, index, height) {
    const { node, x, width, row } = box;
    const y = height - (row + 1) * ROW;
    const hit = this.query && node.name.toLowerCase().includes(this.query);
    const group = svg('g', {
      class: ['box', box.below ? 'below' : '', hit ? 'hit' : '', 'tone' + tone(node)].join(' ').trim(),
      role: 'treeitem', tabindex: -1, 'aria-level': row + 1, 'data-box': index, 'aria-label': this.label(node),
    });
    group.append(svg('rect', { x: x.toFixed(1), y, width: Math.max(0.5, width - 0.6).toFixed(1), height: ROW - 1, rx: 2 }));
    const fits = Math.floor((width - 8) / CHARACTER);
    if (fits >= 3) {
      const text = svg('text', { x: (x + 4).toFixed(1), y: y + ROW - 6 });
      text.textContent = shortened(node.name, fits);
      group.append(text);
    }
    const title = svg('title');
    title.textContent = this.label(node);
    group.append(title);
    return group;
  }

  label(node) {
    const share = node[this.weight] / Math.max(1, this.root[this.weight]);
    return format.visible(node.name, 300) + ': ' + format.nanos(node.nanos) + ', ' + format.exact(node.count)
      + (node.count === 1 ? ' slow operation, ' : ' slow operations, ') + format.percent(share) + ' of all';
  }

  tell(node) {
    const parts = [this.label(node)];
    if (this.zoomed !== this.root) parts.push('Escape goes back');
    if (this.tooNarrow > 0) parts.push(format.exact(this.tooNarrow) + ' too narrow to draw: zoom in to see them');
    this.told.textContent = parts.join('. ') + '.';
  }

  nodeOf(event) {
    const group = event.target.closest('[data-box]');
    return group ? this.boxes[Number(group.dataset.box)].node : null;
  }

  clicked(event) {
    const node = this.nodeOf(event);
    if (node) this.zoom(node);
  }

  over(event) {
    const node = this.nodeOf(event);
    if (node) this.tell(node);
  }

  key(event) {
    const node = this.nodeOf(event) || this.focused;
    const drawn = (n) => n && this.boxes.some((box) => box.node === n);
    const siblings = node.parent ? node.parent.children.filter(drawn) : [];
    const at = siblings.indexOf(node);
    const to = {
      ArrowUp: () => node.children.find(drawn), ArrowDown: () => node.parent,
      ArrowLeft: () => siblings[at - 1], ArrowRight: () => siblings[at + 1], Home: () => this.zoomed,
    }[event.key];
    if (to) {
      event.preventDefault();
      const next = to();
      if (drawn(next)) this.focus(next);
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      this.zoom(node);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      this.reset();
    }
  }

  focus(node) {
    this.focused = node;
    this.rove();
    const index = this.boxes.findIndex((box) => box.node === node);
    if (index >= 0) this.drawing.children[index].focus();
  }

  /** One box alone is reached by the tab key; the arrow keys go on from there. */
  rove() {
    this.boxes.forEach((box, i) => this.drawing.children[i].setAttribute('tabindex', box.node === this.focused ? 0 : -1));
  }
}

function linked(node, parent) {
  const own = { name: node.name, count: node.count, nanos: node.nanos, parent, children: [] };
  own.children = node.children.map((child) => linked(child, own));
  return own;
}

function pathOf(node) {
  const path = [];
  for (let at = node; at.parent; at = at.parent) path.unshift(at.name);
  return path;
}

/** The weight of what fits, each counted once though its callers may fit as well. */
function matched(node, query, weight) {
  if (node.name.toLowerCase().includes(query)) return node[weight];
  return node.children.reduce((sum, child) => sum + matched(child, query, weight), 0);
}

/** Methods of one package have one colour; operations, at the top, have their own. */
function tone(node) {
  if (!node.parent) return 'all';
  if (node.children.length === 0) return 'op';
  const parts = node.name.split('.');
  const home = parts.slice(0, Math.max(1, Math.min(3, parts.length - 2))).join('.');
  let hash = 0;
  for (let i = 0; i < home.length; i++) hash = (hash * 31 + home.charCodeAt(i)) % 9973;
  return hash % 6;
}

/** Of a method, its class and its own name say most. */
function shortened(name, fits) {
  const whole = format.visible(name, 200);
  if (whole.length <= fits) return whole;
  const parts = whole.split('.');
  if (parts.length > 2 && !whole.includes(' ')) {
    const short = parts.slice(-2).join('.');
    if (short.length <= fits) return short;
    const method = parts[parts.length - 1];
    if (method.length <= fits) return method;
    return method.slice(0, fits - 1) + '…';
  }
  return whole.slice(0, fits - 1) + '…';
}
