// The form of one answer: sentences next to the fields, the preview, more rows, a warning before leaving.
import "./figures.js";
import { debounced, send } from "./asking.js";
import { keepForm } from "./keeping.js";
import { drawPreview } from "./preview.js";
import { showRadar } from "./radar.js";
import { growRows } from "./rows.js";
import { offerWordings } from "./wordings.js";

const form = document.querySelector("[data-editor]");
const preview = document.querySelector("[data-preview]");
const reading = document.querySelector("[data-reading]");
const count = document.querySelector("[data-count=questions]");
let isTouched = false;

function showIssues(issues) {
  for (const list of document.querySelectorAll("[data-issues]")) {
    const mine = issues.filter(({ field }) => field === list.dataset.issues);
    const said = mine.map(({ text }) => text).join("\n");
    if (list.dataset.said === said) continue; // a screen reader hears only what is new
    list.dataset.said = said;
    list.replaceChildren(
      ...mine.map(({ text, stops }) => {
        const item = document.createElement("li");
        item.className = stops ? "stops" : "hints";
        item.textContent = text;
        return item;
      }),
    );
  }
}

async function refresh() {
  const told = await send("/studio/hints", form);
  if (!told) return;
  if (isTouched) showIssues(told.issues);
  drawPreview(preview, told);
  reading.textContent = told.words ? `${told.words} words, reading grade ${told.grade}` : "";
}

// The bar with Save sticks to the lower edge: what Tab comes to is moved out from under it.
form.addEventListener("keyup", ({ key, target }) => {
  if (key === "Tab") target.scrollIntoView({ block: "nearest" });
});

const soon = debounced(refresh, 350);
form.addEventListener("input", () => {
  isTouched = true;
  const asked = form.elements.questions.value.split("\n").filter((line) => line.trim()).length;
  count.textContent = asked === 1 ? "1 question" : `${asked} questions`;
  soon();
});
showRadar(form);
const kept = keepForm(form);
kept.isBroughtBack();
window.addEventListener("beforeunload", (event) => {
  if (kept.wouldLose()) event.preventDefault();
});
growRows(form, soon);
offerWordings(form, () => form.elements.questions.dispatchEvent(new Event("input", { bubbles: true })));
refresh();
