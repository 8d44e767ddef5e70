// What the page shows is in its address, so that it can be shared: #operations?last=1h&by=store,pattern&store=redis

/** What operations can be filtered by, and grouped by; as REST calls it, and as people do. */
export const DIMENSIONS = {
  service: 'service', instance: 'instance', store: 'store', endpoint: 'endpoint',
  op: 'operation', opClass: 'class', pattern: 'key pattern', outcome: 'outcome',
};

/** Goes along from section to section. */
const SHARED = ['last', 'from', 'to', ...Object.keys(DIMENSIONS)];
const LONGEST = 2000;

export function read() {
  const [section, query] = location.hash.slice(1).split(/\?(.*)/s);
  const values = {};
  for (const [name, value] of new URLSearchParams(query || '')) {
    if (value.length <= LONGEST) values[name] = value;
  }
  return { section, values };
}

export function link(section, values) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== null && String(value).length <= LONGEST) query.set(name, value);
  }
  // commas and colons read better as they are, and may stand in an address
  const text = query.toString().replaceAll('%2C', ',').replaceAll('%3A', ':');
  return '#' + section + (text ? '?' + text : '');
}

export function shared(values) {
  return Object.fromEntries(Object.entries(values).filter(([name]) => SHARED.includes(name)));
}

/** Goes to the same section with some values changed; undefined takes one away. */
export function change(changes) {
  const { section, values } = read();
  location.hash = link(section, { ...values, ...changes });
}

/** The window that is asked about, as REST takes it. */
export function windowOf(values, byDefault) {
  if (values.from) return { from: values.from, to: values.to };
  return { last: values.last || byDefault };
}

/** The filters in an address, as REST takes them; an empty one stands for what has none. */
export function filtersOf(values, ...without) {
  const filters = {};
  for (const name of Object.keys(DIMENSIONS)) {
    if (values[name] !== undefined && !without.includes(name)) filters[name] = values[name] === '' ? null : values[name];
  }
  return filters;
}

/** What to group by: those of a list that exist, each once. */
export function groupsOf(values, byDefault, ...without) {
  const asked = values.by === undefined ? byDefault : values.by;
  return [...new Set(asked.split(','))].filter((name) => name in DIMENSIONS && !without.includes(name));
}
