// The conflict radar: who answers the last questions and the tests, today and in the draft, and what is near.
import { element } from "../chat/text.js";
import { debounced, send } from "./asking.js";

const WATCHED = ["questions", "test"];

export function showRadar(form) {
  const holder = document.querySelector("[data-radar]");
  const rows = holder.querySelector("tbody");
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
  const item = element("tr", { className: reaches ? "" : "is-elsewhere" });
  const near = nearest.map(({ question, title }) => `“${question}”, ${title}`).join("");
  const cells = [
    ["Message", isTest ? `${text} (test)` : text],
    ["Today", today],
    ["In the draft", draft],
    ["Nearest taught question", near || "none"],
  ];
  for (const [label, shown] of cells) {
    const cell = element("td", { text: shown });
    cell.dataset.label = label;
    item.append(cell);
  }
  return item;
}
