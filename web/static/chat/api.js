// The requests of docs/protocol.md. A failure of the way there is Unreachable, a refusal is Refused.
// The path in front of every address of ours; empty when we have a name of our own.
export const base = document.documentElement.dataset.base ?? "";
const SEND_TIMEOUT_MS = 8000;
const WAIT_S = 25;

export class Unreachable extends Error {
  constructor(reason, body) {
    super(reason);
    this.body = body;
  }
}

export class Refused extends Error {
  constructor(status, body) {
    super(body.error ?? "");
    this.status = status;
    this.body = body;
  }
}

export async function ask(method, path, { token, body, timeoutMs = SEND_TIMEOUT_MS, signal } = {}) {
  const headers = {};
  if (token) headers.authorization = `Bearer ${token}`;
  if (body) headers["content-type"] = "application/json";
  const stopper = new AbortController();
  const timer = setTimeout(() => stopper.abort(), timeoutMs);
  signal?.addEventListener("abort", () => stopper.abort(), { once: true });
  let response;
  let answer;
  try {
    response = await fetch(base + path, {
      method,
      headers,
      body: body ? JSON.stringify(body) : undefined,
      signal: stopper.signal,
      cache: "no-store",
      credentials: "omit",
    });
    answer = await response.json();
  } catch (error) {
    throw new Unreachable(error.name);
  } finally {
    clearTimeout(timer);
  }
  if (response.ok) return answer;
  if (response.status >= 500) throw new Unreachable(String(response.status), answer);
  throw new Refused(response.status, answer);
}

// In which "after 3 pm" is meant, for a call; a browser that does not tell is not asked twice.
function timeZone() {
  try {
    return new Intl.DateTimeFormat().resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

export const path = (conversation) => `/v1/conversations/${encodeURIComponent(conversation.id)}`;

export const api = {
  // `text`: what is about to be said; a crisis is let in over every limit.
  start: (language, text) => ask("POST", "/v1/conversations", { body: { language, text, time_zone: timeZone() } }),
  look: (conversation) => ask("GET", path(conversation), { token: conversation.token }),
  send: (conversation, message) =>
    ask("POST", `${path(conversation)}/messages`, { token: conversation.token, body: message }),
  // `shown` by away.js: the place in line, for the address; another one ends the wait.
  read: (conversation, after, { wait = true, signal } = {}) =>
    ask("GET", `${path(conversation)}/messages?after=${after}&wait=${wait ? WAIT_S : 0}${conversation.shown ?? ""}`, {
      token: conversation.token,
      timeoutMs: (WAIT_S + 8) * 1000,
      signal,
    }),
  rate: (conversation, messageId, rating) =>
    ask("POST", `${path(conversation)}/messages/${encodeURIComponent(messageId)}/rating`, {
      token: conversation.token,
      body: rating,
    }),
  now: (language) => ask("GET", `/v1/now?language=${language}`),
  plainRules: () => ask("GET", "/widget/plain.json", { timeoutMs: 30_000 }),
  forget: (conversation, keepsCall) =>
    ask("DELETE", `${path(conversation)}?callbacks=${keepsCall ? "keep" : "delete"}`, { token: conversation.token }),
};
