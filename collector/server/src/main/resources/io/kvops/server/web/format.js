// Numbers for people, three significant digits and a unit; the exact value goes into a tooltip.

const THIN = '\u202f';

function digits(value) {
  const size = Math.abs(value);
  if (size >= 100 || value === 0) return value.toFixed(0);
  if (size >= 10) return value.toFixed(1);
  return value.toFixed(2);
}

function scaled(value, steps, unit) {
  for (const [limit, divisor, prefix] of steps) {
    // 999.95 would round up into the next unit
    if (Math.abs(value) < limit * 0.9995) return digits(value / divisor) + THIN + prefix + unit;
  }
  const [, divisor, prefix] = steps[steps.length - 1];
  return digits(value / divisor) + THIN + prefix + unit;
}

const SI = [[1e3, 1, ''], [1e6, 1e3, 'k'], [1e9, 1e6, 'M'], [1e12, 1e9, 'G'], [Infinity, 1e12, 'T']];
const TIME = [[1e3, 1, 'ns'], [1e6, 1e3, 'µs'], [1e9, 1e6, 'ms'], [Infinity, 1e9, 's']];

export const NONE = '–';

/** 12.3 k/s */
export function rate(perSecond) {
  if (perSecond > 0 && perSecond < 0.01) return '<0.01' + THIN + '/s';
  return scaled(perSecond, SI, '/s');
}

/** 1 234 below ten thousand, else 12.3 k */
export function count(n) {
  return Math.abs(n) < 10000 ? exact(n) : scaled(n, SI, '').trim();
}

/** 1.24 ms; a dash where nothing was measured */
export function nanos(n) {
  return n > 0 ? scaled(n, TIME, '') : NONE;
}

/** 12.4 MiB */
export function bytes(n) {
  if (n < 0) return '\u2212' + bytes(-n);
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let i = 0;
  while (n >= 1023.5 && i < units.length - 1) { n /= 1024; i++; }
  return (i === 0 ? n.toFixed(0) : digits(n)) + THIN + units[i];
}

/** 1 234 567 */
export function exact(n) {
  const whole = Number.isInteger(n) ? String(n) : n.toFixed(2);
  const [head, tail] = whole.split('.');
  return head.replace(/\B(?=(\d{3})+$)/g, THIN) + (tail ? '.' + tail : '');
}

/** 0.4 % */
export function percent(share) {
  if (share > 0 && share < 0.0005) return '<0.05' + THIN + '%';
  return (share * 100).toFixed(share < 0.0995 ? 1 : 0) + THIN + '%';
}

/** 0.8 s, 12 s, 4 min: how long ago */
export function age(millis) {
  if (millis < 9950) return (millis / 1000).toFixed(1) + THIN + 's';
  if (millis < 120000) return Math.round(millis / 1000) + THIN + 's';
  if (millis < 7200000) return Math.round(millis / 60000) + THIN + 'min';
  return Math.round(millis / 3600000) + THIN + 'h';
}

/** 14:03:59 */
export function clock(when) {
  return new Date(when).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });
}

const dayAndClock = new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit' });

/** 2026-01-31 14:03:59, in this browser's zone */
export function dateTime(when) {
  const date = new Date(when);
  return Number.isNaN(date.getTime()) ? NONE : dayAndClock.format(date) + ' ' + clock(date);
}

/** The zone that times are shown in: Europe/Vienna, UTC+02:00 */
export function zone(when = new Date()) {
  const minutes = -new Date(when).getTimezoneOffset();
  const two = (n) => String(Math.floor(n)).padStart(2, '0');
  const offset = 'UTC' + (minutes < 0 ? '\u2212' : '+') + two(Math.abs(minutes) / 60) + ':' + two(Math.abs(minutes) % 60);
  const name = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return !name || name === 'UTC' ? offset.replace('UTC+00:00', 'UTC') : name + ', ' + offset;
}

/** What stands at a time axis that shows so many seconds: a clock, with the day where it shows more than one */
export function tick(seconds, span) {
  const date = new Date(seconds * 1000);
  if (span > 3 * 86400) return dayAndClock.format(date).slice(5) + ' ' + clock(date).slice(0, 5);
  return span > 1200 ? clock(date).slice(0, 5) : clock(date);
}

/** 12 s, 4 min, 3 h, 2 d: how long */
export function lasting(millis) {
  return millis < 172800000 ? age(Math.max(0, millis)) : Math.round(millis / 86400000) + THIN + 'd';
}

/** 1.2 s, 3 min, 4.1 h out of seconds that may be many */
export function seconds(s) {
  if (s < 120) return nanos(s * 1e9);
  if (s < 7200) return digits(s / 60) + THIN + 'min';
  return s < 172800 ? digits(s / 3600) + THIN + 'h' : digits(s / 86400) + THIN + 'd';
}

/** A gauge with the unit that its name ends in: memory.used.bytes is 12.4 MiB */
export function gauge(name, value) {
  switch (unit(name)) {
    case 'bytes': return bytes(value);
    case 'seconds': return value === 0 ? '0' + THIN + 's' : seconds(value);
    case 'millis': return value === 0 ? '0' + THIN + 'ms' : seconds(value / 1000);
    case 'nanos': return value === 0 ? '0' + THIN + 'ns' : nanos(value);
    case 'count': return count(value);
    default: return Math.abs(value) >= 10000 ? count(value) : String(Number(value.toPrecision(3)));
  }
}

/** The last word of a gauge's name, before .total: bytes, seconds, count */
export function unit(name) {
  return name.replace(/\.total$/, '').split('.').pop();
}

/** 1.5 times as much is +50 %, a half −50 %, ten times 10 × */
export function change(ratio) {
  if (!Number.isFinite(ratio)) return 'new';
  if (ratio >= 3) return digits(ratio) + THIN + '×';
  const percents = (ratio - 1) * 100;
  const shown = Math.abs(percents) < 9.95 ? percents.toFixed(1) : percents.toFixed(0);
  return (percents > 0 ? '+' : '') + shown.replace('-', '\u2212') + THIN + '%';
}

// C0 and C1 controls, line separators, bidirectional and zero-width marks, lone surrogates: anything that hides or reorders text
const HOSTILE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Text from outside, made visible and cut; it still has to be put into the page as text, never as markup. */
export function visible(text, longest = 120) {
  if (text === null || text === undefined) return '';
  let s = String(text);
  const cut = s.length > longest;
  if (cut) s = s.slice(0, longest);
  s = s.replace(HOSTILE, (c) => {
    const code = c.charCodeAt(0);
    return code < 0x100 ? '\\x' + code.toString(16).padStart(2, '0') : '\\u' + code.toString(16).padStart(4, '0');
  });
  return cut ? s + '… (' + exact(String(text).length) + ' characters)' : s;
}
