// Beside each fact, while it is typed: how it will be kept, and how the answers that say it will read.
import { base } from "../base.js";
import { element } from "../chat/text.js";
import { debounced, send } from "./asking.js";

const NARROW = "(max-width: 40rem)";
const form = document.querySelector("[data-facts]");

// The groups stand open without a script; on a phone they would be some twenty screens.
if (matchMedia(NARROW).matches) {
  for (const group of document.querySelectorAll("[data-facts-group]")) {
    if (!group.querySelector("[aria-invalid], .issues")) group.open = false;
  }
}

/** Open the group of the field that the address names, and go there. */
function goTo(name) {
  const field = name && document.getElementById(name);
  const group = field?.closest("[data-facts-group]");
  if (!group) return;
  group.open = true;
  field.focus();
}

goTo(decodeURIComponent(location.hash.slice(1)));
form?.addEventListener("click", (event) => {
  if (event.target.matches("[data-first-empty]")) goTo(event.target.hash.slice(1));
});
addEventListener("hashchange", () => goTo(decodeURIComponent(location.hash.slice(1))));

for (const field of form?.querySelectorAll("[data-fact]") ?? []) {
  const input = field.querySelector("input, textarea");
  const soon = debounced(() => ask(field, input), 400);
  input.addEventListener("input", soon);
}

async function ask(field, input) {
  const asked = new FormData();
  asked.set("name", field.dataset.fact);
  asked.set("value", input.value);
  const told = await send("/studio/facts/preview", form, asked);
  if (!told) return;
  const line = field.querySelector("[data-told]");
  line.textContent = sentence(told, input.value.trim());
  line.classList.toggle("is-problem", Boolean(told.problem));
  const uses = field.querySelector("[data-uses]");
  uses?.replaceChildren(...told.answers.map(use));
}

function sentence({ shown, problem, why }, typed) {
  if (problem) return problem;
  if (why) return `Clinical, because ${why}. A clinician signs it before visitors read it.`;
  if (!typed) return "Left empty: the bot says that it does not know, and offers a call.";
  return shown && shown !== typed ? `Visitors read: ${shown}` : "";
}

function use({ id, title, text }) {
  const reply = element("div", { className: "use" }, ...text.split("\n\n").map((part) => element("p", { text: part })));
  return element("li", {}, element("a", { href: `${base}/studio/answers/${id}`, text: title }), reply);
}
