// Locks the screen when nobody is there; tells the server, now and then, when somebody is.
import { base } from "../base.js";
const frame = document.querySelector("[data-lock-after]");
const lockAfterMs = Number(frame.dataset.lockAfter) * 60_000;
const TELL_EVERY_MS = 60_000;
const KEY = "front-desk-used-at"; // shared: work in one tab keeps the others open
let toldAt = Date.now();

function post(path) {
  return fetch(base + path, { method: "POST", headers: { "x-form-token": frame.dataset.formToken }, redirect: "manual" });
}

function used() {
  const now = Date.now();
  localStorage.setItem(KEY, String(now));
  if (now - toldAt < TELL_EVERY_MS) return;
  toldAt = now;
  post("/here").then((answer) => answer.ok || location.reload()).catch(() => {});
}

async function lockWhenIdle() {
  if (Date.now() - Number(localStorage.getItem(KEY)) < lockAfterMs) return;
  await post("/lock").catch(() => {});
  dispatchEvent(new CustomEvent("front-desk-locks")); // no question may hold a locked screen open
  location.assign(`${base}/unlock?next=${encodeURIComponent(location.pathname + location.search)}`);
}

localStorage.setItem(KEY, String(Date.now()));
for (const kind of ["keydown", "pointerdown", "pointermove", "wheel"]) addEventListener(kind, used, { passive: true });
setInterval(lockWhenIdle, 15_000);
