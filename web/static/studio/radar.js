// The conflict radar: who answers the last questions and the tests, today and in the draft, and what is near.
import { element } from "../chat/text.js";
import { debounced, send } from "./asking.js";

const WATCHED = ["questions", "test"];

export function showRadar(form) {
  const holder = document.querySelector("[data-radar]");
  const rows = holder.querySelector("ul");
  const live = holder.querySelector("[data-radar-live]");
  const ask = async () => {
    const told = await send("/studio/nearest", form);
    if (!told) return;
    rows.replaceChildren(...told.nearest.map(row));
    holder.hidden = !told.nearest.length;
    const said = summary(told.nearest);
    if (live.textContent !== said) live.textContent = said;
  };
  const soon = debounced(ask, 250);
  form.addEventListener("input", ({ target }) => {
    if (WATCHED.includes(target.name)) soon();
  });
  ask();
}

function summary(lines) {
  const own = lines.filter(({ reaches }) => reaches).length;
  return `In the draft ${own} of ${lines.length} reach this answer.`;
}

function row({ text, is_test: isTest, today, draft, reaches, nearest }) {
  const item = element("li", { className: reaches ? "" : "is-elsewhere" });
  const asked = element("p", { className: "radar-asked", text: `“${text}”`, dir: "auto" });
  if (isTest) asked.append(element("span", { className: "soft small", text: " test message" }));
  item.append(asked, said("Today", today), said("In the draft", draft));
  for (const { question, title } of nearest) item.append(said("Nearest question", `“${question}”, ${title}`));
  return item;
}

function said(label, shown) {
  return element("p", {}, element("span", { className: "soft", text: `${label}: ` }), element("span", { text: shown }));
}
