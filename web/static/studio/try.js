// One message against two releases: each side keeps its own events, here and nowhere else.
import { base } from "../base.js";
import { drawBlocks } from "../chat/blocks.js";
import { element } from "../chat/text.js";

const form = document.querySelector("[data-try]");
const problem = document.querySelector("[data-problem]");
const logs = [...document.querySelectorAll("[data-side]")];
const keep = document.querySelector("[data-keep-test]");
const events = {};
let steps = []; // what was said, and what the side on trial made of it: it can be kept as a test

form.addEventListener("reset", () => {
  for (const log of logs) {
    log.replaceChildren();
    delete events[log.dataset.side];
  }
  steps = [];
  keep.hidden = true;
  problem.hidden = true;
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = form.elements.text.value.trim();
  if (!text) return;
  const body = new URLSearchParams(new FormData(form));
  for (const log of logs) body.set(`events_${log.dataset.side}`, JSON.stringify(events[log.dataset.side] ?? []));
  problem.hidden = true;
  try {
    const response = await fetch(`${base}/studio/try/say`, { method: "POST", body, headers: { accept: "application/json" } });
    const told = await response.json();
    if (!response.ok) throw new Error(told.error);
    for (const log of logs) show(log, text, told[log.dataset.side]);
    const { wanted } = told[logs.at(-1).dataset.side];
    if (wanted) steps.push({ ...wanted, said: text });
    keep.hidden = !steps.length;
    keep.elements.steps.value = JSON.stringify(steps);
    form.elements.text.value = "";
  } catch (error) {
    problem.textContent = error instanceof TypeError ? "The server cannot be reached right now." : error.message;
    problem.hidden = false;
  }
  form.elements.text.focus();
});

function show(log, text, { replies, what, events: kept }) {
  events[log.dataset.side] = kept;
  log.append(said("by-visitor", "You", [element("p", { text })]));
  for (const { blocks, choices } of replies) {
    const item = said("by-bot", "Automated helper", drawBlocks(blocks));
    if (choices.length) {
      const shown = choices.map((title) => element("span", { className: "chat-choice", text: title }));
      item.append(element("div", { className: "chat-choices" }, ...shown));
    }
    log.append(item);
  }
  log.append(element("p", { className: "soft small", text: what }));
  log.scrollTop = log.scrollHeight;
}

function said(by, who, children) {
  const item = element("div", { className: `chat-message ${by}` });
  item.append(element("p", { className: "chat-who", text: who }), element("div", { className: "chat-bubble" }, ...children));
  return item;
}
