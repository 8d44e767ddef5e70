// Asks the collector, and says in one line what went wrong.

/** What was asked can't be answered; the message is one line for people. */
export class RestError extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

/** The JSON at a path below /api/v1; parameters that are empty or missing are left out, null asks for an empty value. */
export async function get(path, parameters, signal) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters || {})) {
    if (value === null) query.set(name, '');
    else if (value !== undefined && value !== '') query.set(name, value);
  }
  const text = query.toString();
  let answer;
  try {
    answer = await fetch('api/v1/' + path + (text ? '?' + text : ''), { signal, headers: { Accept: 'application/json' } });
  } catch (e) {
    if (e.name === 'AbortError') throw e;
    throw new RestError('The collector at ' + location.host + ' does not answer.', 0);
  }
  if (answer.ok) return answer.json();
  throw new RestError(await problem(answer), answer.status);
}

async function problem(answer) {
  try {
    const { detail, title, problems } = await answer.json();
    const more = (problems || []).join('; ');
    return (detail || title || 'it failed') + (more ? ': ' + more : '');
  } catch {
    return 'the collector answered ' + answer.status;
  }
}

/** Changes something; what comes back, or a RestError. */
export async function change(method, path, body) {
  let answer;
  try {
    const headers = { 'X-Requested-With': 'kvops' };
    if (body) headers['Content-Type'] = 'application/json';
    answer = await fetch('api/v1/' + path, { method, headers, body: body ? JSON.stringify(body) : undefined });
  } catch {
    throw new RestError('The collector at ' + location.host + ' does not answer.', 0);
  }
  if (!answer.ok) throw new RestError(await problem(answer), answer.status);
  return answer.status === 204 ? null : answer.json();
}

export function post(path, body) {
  const headers = { 'X-Requested-With': 'kvops' };
  if (body) headers['Content-Type'] = 'application/json';
  return fetch('api/v1/' + path, { method: 'POST', headers, body: body ? JSON.stringify(body) : undefined });
}
