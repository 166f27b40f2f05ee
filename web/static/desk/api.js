// Talks to the desk's doors. A refusal carries the sentence that is meant for the person at the desk.
import { isSure } from "./sure.js";

export class Refused extends Error {
  constructor(sentence, status) {
    super(sentence);
    this.status = status;
  }
}

const formToken = () => document.querySelector("[data-form-token]").dataset.formToken;

// A browser's own words for "no answer" help nobody.
function reach(address, options) {
  return fetch(address, options).catch(() => {
    throw new Refused("The desk cannot be reached right now. Nothing was sent, and what you wrote is kept. Please try again.", 0);
  });
}

// Send a form and stay on the page; the answer is {ok, said, path}, or null when it was asked about
// and they rather stayed.
export async function post(address, fields, { sure = false } = {}) {
  const body = new URLSearchParams(fields ?? {});
  if (sure) body.set("sure", "yes");
  const answer = await reach(address, {
    method: "POST",
    headers: { "x-form-token": formToken(), accept: "application/json" },
    body,
  });
  const said = await answer.json().catch(() => ({}));
  if ([401, 423].includes(answer.status)) {
    dispatchEvent(new CustomEvent("front-desk-locks"));
    location.reload();
  }
  if (answer.status === 409 && said.yes) {
    const meant = await isSure(said.error, said.yes, said.choices);
    if (!meant) return null;
    if (said.choices) body.set("outcome", meant);
    return post(address, body, { sure: true });
  }
  if (!answer.ok) throw new Refused(said.error ?? "This did not work. Please try again.", answer.status);
  return said;
}

export async function get(address) {
  const answer = await reach(address, { headers: { accept: "application/json" } });
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(body.error ?? "This did not work. Please try again.", answer.status);
  return body;
}

// The browser's own parser makes the document: no text of ours is ever turned into markup by a script.
export function page(address, { signal, timeoutMs }) {
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    request.open("GET", address);
    request.responseType = "document";
    request.timeout = timeoutMs;
    request.onload = () => done({ status: request.status, mark: request.getResponseHeader("x-mark"), page: request.response });
    request.onerror = request.ontimeout = request.onabort = () => fail(new Error("unreachable"));
    signal?.addEventListener("abort", () => request.abort());
    request.send();
  });
}
