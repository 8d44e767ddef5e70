// Tables and lists that are updated in place, so that focus, selection and what is open survive the next second.
// All text is set as text: nothing from outside is ever parsed as markup.

export function element(name, className, text) {
  const e = document.createElement(name);
  if (className) e.className = className;
  if (text !== undefined) e.textContent = text;
  return e;
}

function setText(e, text) {
  if (e.textContent !== text) e.textContent = text;
}

function setTitle(e, title) {
  if (title) {
    if (e.title !== title) e.title = title;
  } else if (e.title) {
    e.removeAttribute('title');
  }
}

function setHref(a, href) {
  if (!href) a.removeAttribute('href');
  else if (a.getAttribute('href') !== href) a.setAttribute('href', href);
}

/** Puts the children in order, moving only what is out of place. */
function reorder(parent, wanted) {
  wanted.forEach((child, i) => {
    if (parent.children[i] !== child) parent.insertBefore(child, parent.children[i] || null);
  });
  while (parent.children.length > wanted.length) parent.lastElementChild.remove();
}

/**
 * A sortable table.
 * columns: [{name, title, number, largestFirst, wide, code, wrap, text(row), exact(row), sort(row), share(row), bad(row), href(row)}]
 * onSort(name of the column) is told of each click on a head.
 */
export class LiveTable {
  constructor(table, id, columns, sortBy, emptyText, descending = true) {
    this.id = id;
    this.columns = columns;
    this.sortBy = sortBy;
    this.descending = descending;
    this.rows = [];
    this.shown = new Map();
    this.head = table.createTHead().insertRow();
    this.body = table.createTBody();
    this.empty = element('p', 'muted none', emptyText);
    table.after(this.empty);
    columns.forEach((column) => this.head.append(this.header(column)));
    this.markSort();
  }

  header(column) {
    const th = element('th', cellClass(column));
    th.scope = 'col';
    const button = element('button', 'sort', column.name);
    button.type = 'button';
    if (column.title) button.title = column.title;
    button.addEventListener('click', () => {
      this.descending = this.sortBy === column.name ? !this.descending : Boolean(column.number || column.largestFirst);
      this.sortBy = column.name;
      this.markSort();
      this.update(this.rows);
      if (this.onSort) this.onSort(column.name);
    });
    th.append(button);
    return th;
  }

  markSort() {
    this.columns.forEach((column, i) => {
      const th = this.head.cells[i];
      if (column.name === this.sortBy) th.setAttribute('aria-sort', this.descending ? 'descending' : 'ascending');
      else th.removeAttribute('aria-sort');
    });
  }

  update(rows) {
    this.rows = rows;
    this.empty.hidden = rows.length > 0;
    const column = this.columns.find((c) => c.name === this.sortBy);
    const direction = this.descending ? -1 : 1;
    const sorted = [...rows].sort((a, b) => {
      const x = column.sort(a);
      const y = column.sort(b);
      return (x < y ? -1 : x > y ? 1 : 0) * direction || (this.id(a) < this.id(b) ? -1 : 1);
    });
    const before = this.shown;
    this.shown = new Map();
    const wanted = sorted.map((row) => {
      const id = this.id(row);
      const tr = before.get(id) || this.newRow();
      this.shown.set(id, tr);
      this.fill(tr, row);
      return tr;
    });
    reorder(this.body, wanted);
  }

  newRow() {
    const tr = element('tr');
    this.columns.forEach((column, i) => {
      const cell = element(i === 0 ? 'th' : 'td', cellClass(column));
      if (i === 0) cell.scope = 'row';
      const text = element(column.href ? 'a' : column.code ? 'code' : 'span', column.code ? 'text code' : 'text');
      if (column.code) text.dir = 'ltr';
      cell.append(text);
      if (column.share) cell.append(element('span', 'bar'));
      tr.append(cell);
    });
    return tr;
  }

  fill(tr, row) {
    this.columns.forEach((column, i) => {
      const cell = tr.cells[i];
      setText(cell.firstChild, column.text(row));
      setTitle(cell, column.exact ? column.exact(row) : '');
      if (column.href) setHref(cell.firstChild, column.href(row));
      if (column.share) cell.lastChild.style.setProperty('--share', Math.max(0, Math.min(1, column.share(row))).toFixed(4));
      if (column.bad) cell.classList.toggle('bad', column.bad(row));
    });
  }
}

function cellClass(column) {
  return [column.number ? 'n' : '', column.wide ? 'wide' : '', column.wrap ? 'wrap' : ''].join(' ').trim();
}

/** Entries that open. entry(item): {id, parts: [[class, text, title]], stack: [..], facts: makes an element, or none}; an entry's content never changes. */
export class LiveList {
  constructor(host, entry, emptyText) {
    this.host = host;
    this.entry = entry;
    this.emptyNode = element('p', 'muted none', emptyText);
    this.shown = new Map();
  }

  update(items) {
    const before = this.shown;
    this.shown = new Map();
    const wanted = items.map((item) => {
      const e = this.entry(item);
      const node = before.get(e.id) || this.build(e);
      this.shown.set(e.id, node);
      return node;
    });
    reorder(this.host, wanted.length > 0 ? wanted : [this.emptyNode]);
  }

  build(e) {
    const details = element('details');
    const summary = element('summary');
    for (const [className, text, title] of e.parts) {
      const part = element(className === 'key' ? 'code' : 'span', className, text);
      if (className === 'key') part.dir = 'ltr';
      setTitle(part, title);
      summary.append(part);
    }
    details.append(summary);
    if (e.facts) details.append(e.facts());
    details.append(e.stack.length > 0
      ? element('pre', 'stack', e.stack.join('\n'))
      : element('p', 'muted none', 'No stack was taken; slow.stack=true in the agent\u2019s options takes one.'));
    return details;
  }
}
