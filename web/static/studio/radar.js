// The conflict radar: which taught questions are nearest to the last ones typed, and whose they are.
import { debounced, send } from "./asking.js";

export function showRadar(form) {
  const holder = document.querySelector("[data-radar]");
  const list = holder.querySelector("ul");
  const look = debounced(async () => {
    const told = await send("/studio/nearest", form);
    if (!told) return;
    list.replaceChildren(...told.nearest.filter(({ hits }) => hits.length).map(line));
    holder.hidden = !list.children.length;
  }, 300);
  form.elements.questions.addEventListener("input", look);
}

function line({ text, wins, else: otherwise, hits }) {
  const item = document.createElement("li");
  const asked = document.createElement("strong");
  asked.textContent = `“${text}”`;
  const near = hits[0];
  item.append(asked, wins ? ` reaches “${wins}”. ` : ` ${otherwise || "is small talk"}. `);
  item.append(near.is_own ? "Nearest is a question of this answer." : `Nearest: “${near.question}” of “${near.title}”.`);
  if (!near.is_own && near.similarity >= 0.8) item.className = "is-near";
  return item;
}
