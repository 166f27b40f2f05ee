// Nothing leaves a live crisis, or words that are not sent yet, without a question.
import { isSure } from "./sure.js";

let isLetGo = false;
const composer = document.querySelector("[data-composer]");
const note = document.querySelector("#note-text");
const state = () => document.querySelector('[data-part="state"]')?.dataset ?? {};

// Why somebody should stay here; empty when nothing keeps them. `isAsked`: the server asks about a crisis.
export function reasonToStay({ isAsked = false } = {}) {
  const { whom, crisis } = state();
  const reasons = [];
  if (crisis !== undefined && !isAsked) reasons.push(`This is a live crisis (${whom}): the visitor may be in danger.`);
  if (composer?.elements.text.value.trim()) reasons.push(`What you wrote to ${whom} is not sent.`);
  if (note?.value.trim()) reasons.push("Your private note is not kept yet.");
  return reasons.join(" ");
}

const hasDraft = () => [composer?.elements.text, note].some((field) => field?.value.trim());

// Leaving without a question: it was answered, or the screen locks itself.
export function letGo() {
  isLetGo = true;
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[href]");
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const leads = new URL(link.href);
  if (link.target || leads.origin !== location.origin || leads.pathname === location.pathname) return;
  const reason = reasonToStay();
  if (!reason) return;
  event.preventDefault();
  if (!(await isSure(`${reason} Leave this chat all the same?`, "Leave"))) return;
  letGo();
  location.assign(link.href);
});

// Forms of the frame: locking, signing out, colours. The desk's own forms ask in main.js.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  const reason = reasonToStay();
  if (isLetGo || !reason || event.defaultPrevented || form.method === "dialog" || form.matches("[data-act], [data-composer]")) return;
  event.preventDefault();
  const { submitter } = event;
  if (!(await isSure(`${reason} Leave this chat all the same?`, "Leave"))) return;
  letGo();
  form.requestSubmit(submitter);
});

addEventListener("beforeunload", (event) => {
  if (!isLetGo && hasDraft()) event.preventDefault();
});
addEventListener("front-desk-locks", letGo);
