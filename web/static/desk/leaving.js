// Nothing leaves a live crisis without a question. Words that are not sent are kept (drafts.js): they ask
// only where the work here ends, or when they could not be kept.
import { hasFailed, hasUnkept, keepAll } from "./drafts.js";
import { isSure } from "./sure.js";

let isLetGo = false;
const composer = document.querySelector("[data-composer]");
const note = document.querySelector("#note-text");
const state = () => document.querySelector('[data-part="state"]')?.dataset ?? {};

// Why somebody should stay here; empty when nothing keeps them. `isAsked`: the server asks about a crisis.
export function reasonToStay({ isAsked = false, ends = true } = {}) {
  const { whom, crisis } = state();
  const reasons = [];
  if (crisis !== undefined && !isAsked) reasons.push(`This is a live crisis (${whom}): the visitor may be in danger.`);
  if (!ends) return [...reasons, hasUnkept() ? "What you wrote could not be kept." : ""].join(" ").trim();
  if (composer?.elements.text.value.trim()) reasons.push(`What you wrote to ${whom} is not sent.`);
  if (note?.value.trim()) reasons.push("Your private note is not kept yet.");
  return reasons.join(" ");
}

// Leaving without a question: it was answered, or the screen locks itself.
export function letGo() {
  isLetGo = true;
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[href]");
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const leads = new URL(link.href);
  if (link.target || leads.origin !== location.origin || leads.pathname === location.pathname) return;
  if (!hasUnkept() && !reasonToStay({ ends: false })) return;
  event.preventDefault();
  await keepAll();
  const reason = reasonToStay({ ends: false });
  if (reason && !(await isSure(`${reason} Leave this chat anyway?`, "Leave"))) return;
  letGo();
  location.assign(link.href);
});

// Forms of the frame: locking, signing out, colours. The desk's own forms ask in main.js.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (isLetGo || event.defaultPrevented || form.method === "dialog" || form.matches("[data-act], [data-composer]")) return;
  if (!hasUnkept() && !reasonToStay({ ends: false })) return;
  event.preventDefault();
  const { submitter } = event;
  await keepAll();
  const reason = reasonToStay({ ends: false });
  if (reason && !(await isSure(`${reason} Leave this chat anyway?`, "Leave"))) return;
  letGo();
  form.requestSubmit(submitter);
});

addEventListener("beforeunload", (event) => {
  // What is typed in this very moment goes along with the page (pagehide); only what failed before asks.
  if (!isLetGo && hasFailed()) event.preventDefault();
});
addEventListener("front-desk-locks", letGo);
