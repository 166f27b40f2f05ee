// The conflict radar: who answers the last questions and the tests, today and in the draft, and what is near.
import { element } from "../chat/text.js";
import { debounced, send } from "./asking.js";

const WATCHED = ["questions", "test", "topics"];
const HOW = {
  tried: "Asked of the model that a build would make of the drafts as they stand.",
  getting_ready: "An estimate from the nearest questions. The drafts’ own model is getting ready, and takes over in a few seconds.",
  too_much: "An estimate from the nearest questions: so much differs from the last build that only another one can tell.",
  unavailable: "An estimate from the nearest questions; the build tries it for real.",
};

export function showRadar(form) {
  const holder = document.querySelector("[data-radar]");
  const rows = holder.querySelector("ul");
  const live = holder.querySelector("[data-radar-live]");
  const how = holder.querySelector("[data-radar-how]");
  const advice = holder.querySelector("[data-radar-advice]");
  let later = 0;
  const ask = async () => {
    clearTimeout(later);
    const told = await send("/studio/nearest", form);
    if (!told) return;
    how.textContent = HOW[told.how] ?? "";
    if (told.how === "getting_ready") later = setTimeout(ask, 2_000);
    advice.replaceChildren(...told.advice.map((text) => element("li", { text, dir: "auto" })));
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

function row({ text, is_test: isTest, today, draft, reaches, nearest, ranking = [] }) {
  const item = element("li", { className: reaches ? "" : "is-elsewhere" });
  const asked = element("p", { className: "radar-asked", text: `“${text}”`, dir: "auto" });
  if (isTest) asked.append(element("span", { className: "soft small", text: " test message" }));
  item.append(asked, said("Today", today), said("In the draft", draft));
  if (ranking.length) item.append(said("Likeliest", ranking.map(({ title, share }) => `${title} ${Math.round(share * 100)} %`).join(", ")));
  for (const { question, title } of nearest) item.append(said("Nearest question", `“${question}”, ${title}`));
  return item;
}

function said(label, shown) {
  return element("p", {}, element("span", { className: "soft", text: `${label}: ` }), element("span", { text: shown }));
}
