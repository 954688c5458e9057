// What is asked of Awning, and what a refusal means. A shopper never waits longer than two deadlines.

const DEADLINE = 3000;
const REASONS = {404: "no_offer", 401: "forbidden", 403: "forbidden"};

export class Unavailable {
  constructor(reason, status, body = {}) {
    Object.assign(this, {reason, status, message: body.message || reason, errors: body.errors});
  }
}

// `early`: the request that the page's stub has made already. It counts as the first try.
export async function asked(url, body, early) {
  try {
    return await answer(early ? soon(early) : post(url, body));
  } catch (problem) {
    if (problem.status >= 400 && problem.status < 500) throw problem;
    return answer(post(url, body)).catch(again => explained(url, again));
  }
}

function post(url, body) {
  // Plain text, no cookies: a simple request, for which the browser need not ask first.
  return fetch(url, {method: "POST", body, credentials: "omit", keepalive: body.length < 6e4, signal: AbortSignal.timeout(DEADLINE)});
}

function soon(early) {
  return Promise.race([early, new Promise((_, reject) => setTimeout(() => reject(new Unavailable("timeout")), DEADLINE))]);
}

async function answer(request) {
  let response;
  try {
    response = await request;
    const body = await response.json();
    if (response.ok) return body;
    const {status} = response;
    throw new Unavailable(REASONS[status] || (status < 500 && status !== 429 ? "invalid_request" : "network"), status, body);
  } catch (problem) {
    if (problem instanceof Unavailable) throw problem;
    throw new Unavailable(problem.name === "TimeoutError" ? "timeout" : "network", response?.status, {message: String(problem)});
  }
}

// A refused origin looks like a broken line: browsers tell a page nothing of an answer that is not meant for it.
async function explained(url, problem) {
  if (problem.reason === "network" && !problem.status) {
    const probe = await fetch(new URL("/widget/manifest.json", url), {credentials: "omit", signal: AbortSignal.timeout(DEADLINE)}).catch(() => 0);
    if (probe.ok) throw new Unavailable("forbidden", 0, {message: `unknown key, or ${location.origin} is not listed`});
  }
  throw problem;
}

// What comes twice with the same id is recorded once.
export function newId() { return `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`; }

export function beacon(url, session, name, quote) {
  navigator.sendBeacon?.(url, JSON.stringify({session, id: newId(), events: [quote ? {name, quote_id: quote} : {name}]}));
}
