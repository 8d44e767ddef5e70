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
