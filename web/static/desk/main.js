// Every page of the desk: fresh parts, keys, sounds, and forms that say what became of them.
import { post } from "./api.js";
import { Alerts } from "./alerts.js";
import { Keys } from "./keys.js";
import { letGo, reasonToStay } from "./leaving.js";
import { Live } from "./live.js";
import { tell } from "./said.js";
import { hear } from "../staff/hearing.js";
import { isSure } from "./sure.js";

const trouble = document.querySelector("[data-trouble]");
const spoken = document.querySelector("[data-live-words]");
const holder = document.querySelector("[data-live]");
const OFFLINE = "The desk cannot be reached right now. Trying again. What you wrote is kept.";

// A page without fresh parts has its pulse from the frame (staff/pulse.js).
export const alerts = holder && new Alerts(document.querySelector("[data-alerts]"), { onWords: (words) => (spoken.textContent = words) });

export function complain(sentence) {
  trouble.textContent = sentence;
  trouble.hidden = !sentence;
}

function beat() {
  const part = holder.querySelector("[data-pulse]");
  if (part) alerts.look(JSON.parse(part.dataset.pulse));
}

export const live = holder && new Live(holder, {
  onFresh: (askedAt) => {
    beat();
    dispatchEvent(new CustomEvent("desk-fresh", { detail: askedAt }));
  },
  onLost: () => complain(OFFLINE),
  onBack: () => complain(""),
  onGone: () => {
    complain("This chat is no longer available. The visitor may have deleted it.");
    dispatchEvent(new CustomEvent("desk-gone"));
    hear({ onPulse: (pulse) => alerts.look(pulse), isHeard: () => (alerts.isWatched ? "yes" : "") });
  },
  isWatched: () => alerts.isWatched,
});
if (holder) beat();

// Forms with data-act stay on the page unless the answer leads elsewhere; without this script they are plain forms.
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-act]");
  if (!form) return;
  event.preventDefault();
  const fields = new FormData(form, event.submitter);
  // What ends the work here asks first while words wait or a crisis is live.
  const reason = "ends" in form.dataset ? reasonToStay({ isAsked: "asks" in form.dataset }) : "";
  if (reason && !(await isSure(`${reason} ${form.dataset.ends}?`, form.dataset.ends))) return;
  try {
    const answer = await post(form.action, fields, { sure: Boolean(reason) });
    form.dispatchEvent(new CustomEvent("desk-done", { detail: Boolean(answer) }));
    if (!answer) return;
    complain("");
    if (answer.path && new URL(answer.path, location.href).pathname !== location.pathname) {
      const next = new URL(answer.path, location.href);
      if (answer.said) next.searchParams.set("said", answer.said);
      if (answer.undo) next.searchParams.set("undo", answer.undo);
      if (reason) letGo();
      return location.assign(next);
    }
    tell(answer.said, answer.undo);
    for (const field of form.querySelectorAll("[data-clears]")) field.value = "";
    for (const box of document.querySelectorAll("details.line-more[open]")) if (box.contains(form)) box.open = false;
    live?.again();
  } catch (error) {
    form.dispatchEvent(new CustomEvent("desk-done", { detail: false }));
    complain(error.message);
  }
});

new Keys({
  box: document.querySelector("[data-keys]"),
  onReply: document.querySelector("[data-composer]") && (() => dispatchEvent(new CustomEvent("desk-reply"))),
  onAnswers: document.querySelector("[data-composer]") && (() => dispatchEvent(new CustomEvent("desk-answers"))),
  onIgnored: (key) => tell(`You had just typed, so “${key}” did nothing. Press it again if you meant the key.`),
});
