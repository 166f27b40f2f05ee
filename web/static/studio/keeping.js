// Nothing is lost while writing: the form is kept on the server as it is typed, in this tab when that fails,
// and brought back by the page that opens it next. Says who else has the answer open.
import { base } from "../base.js";
const EVERY_MS = 1_200;
const AT_LATEST_MS = 5_000;
const AGAIN_MS = 10_000;
const HERE_MS = 20_000;
const TYPING_MS = 45_000;
const PREFIX = "front-desk-unsaved:";

export function keepForm(form) {
  const key = form.elements.unsaved.value;
  const staff = form.dataset.staff;
  const line = form.querySelector("[data-kept]");
  const presence = document.querySelector("[data-presence]");
  let timer = 0;
  let waitingSince = 0;
  let typedAt = 0;
  let isWaiting = false;
  let isLost = false;
  let isSending = false;

  function typed() {
    const now = Date.now();
    typedAt = now;
    isWaiting = true;
    waitingSince ||= now;
    clearTimeout(timer);
    timer = setTimeout(keep, Math.max(0, Math.min(EVERY_MS, waitingSince + AT_LATEST_MS - now)));
  }

  async function keep() {
    clearTimeout(timer);
    if (isSending) return typed();
    isSending = true;
    waitingSince = 0;
    isWaiting = false;
    const fields = new URLSearchParams(new FormData(form));
    const told = await post("/studio/unsaved", fields);
    isSending = false;
    if (told?.ok) {
      isLost = false;
      forget(key);
      say(`Kept at ${clock()}. Not saved yet.`);
      tell(told.others);
    } else {
      isLost = !remember(key, staff, fields);
      say(told ? told.sentence : "The server cannot be reached. Your words stay in this tab, and are tried again.");
      timer = setTimeout(keep, AGAIN_MS);
      isWaiting = true;
    }
  }

  async function here() {
    const fields = { unsaved: key, form_token: form.elements.form_token.value };
    if (Date.now() - typedAt < TYPING_MS) fields.typing = "1";
    const told = await post("/studio/unsaved/here", new URLSearchParams(fields));
    if (told?.ok) tell(told.others);
  }

  function tell(others) {
    const said = others.join(" ");
    if (presence.textContent !== said) presence.textContent = said;
    presence.hidden = !said;
  }

  function say(text) {
    if (line.textContent !== text) line.textContent = text;
  }

  form.addEventListener("input", typed);
  // Saving may end at a sign-in page or at nothing at all: until it has worked, this tab remembers.
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    isWaiting = isLost = false;
    remember(key, staff, new URLSearchParams(new FormData(form)));
  });
  addEventListener("pagehide", () => {
    if (!isWaiting) return;
    const fields = new URLSearchParams(new FormData(form));
    remember(key, staff, fields);
    navigator.sendBeacon(`${base}/studio/unsaved`, fields);
  });
  // To lock or sign out is a form of its own: what is typed is kept before it goes.
  document.addEventListener("submit", (event) => {
    if (event.target === form || !isWaiting || event.defaultPrevented) return;
    event.preventDefault();
    keep().then(() => event.target.submit());
  });
  setInterval(here, HERE_MS);
  here();
  return {
    wouldLose: () => isLost || (isWaiting && !navigator.sendBeacon),
    isBroughtBack: () => bringBack(form, key, staff),
  };
}

// After a failed saving the tab still holds the words: hand them to the server and draw the page with them.
async function bringBack(form, key, staff) {
  const asked = new URLSearchParams(location.search);
  if (["saved", "same", "unbuilt", "dropped"].includes(asked.get("said"))) {
    forget(key);
    forget(asked.get("was") ?? "");
  }
  const copy = recall(key);
  if (!copy) return false;
  if (copy.staff !== staff) return forget(key);
  const fields = new URLSearchParams(copy.fields);
  const now = new URLSearchParams(new FormData(form));
  for (const each of [fields, now]) each.delete("form_token");
  if (fields.toString() === now.toString()) return forget(key);
  fields.set("form_token", form.elements.form_token.value);
  const told = await post("/studio/unsaved", fields);
  if (!told?.ok) return false;
  forget(key);
  const address = new URL(location.href);
  address.search = key.startsWith("new-") ? `?unsaved=${key}` : "";
  location.replace(address);
  return true;
}

async function post(address, body) {
  try {
    const response = await fetch(base + address, { method: "POST", body, headers: { accept: "application/json" }, redirect: "manual" });
    const told = await response.json().catch(() => ({}));
    return response.ok ? { ok: true, ...told } : { ok: false, sentence: refusal(response.status, told.error) };
  } catch {
    return null;
  }
}

function refusal(status, error) {
  if (status === 401 || status === 423) return "You are signed out or locked. Your words stay in this tab: sign in again in it, and open this answer.";
  return `${error ?? "This cannot be saved right now."} Your words stay in this tab, and are tried again.`;
}

function clock() {
  return new Date().toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
}

function remember(key, staff, fields) {
  try {
    sessionStorage.setItem(PREFIX + key, JSON.stringify({ staff, fields: fields.toString() }));
    return true;
  } catch {
    return false;
  }
}

function recall(key) {
  try {
    return JSON.parse(sessionStorage.getItem(PREFIX + key));
  } catch {
    return null;
  }
}

export function forget(key) {
  try {
    sessionStorage.removeItem(PREFIX + key);
  } catch {
    // A browser without storage kept nothing.
  }
  return false;
}
