// Forty calls by keyboard: arrows from row to row, and to the call that an address names; printing.
// What the keys of the open call do stands at its buttons.
const rows = () => [...document.querySelectorAll("[data-call] > summary")];

function openTarget() {
  const call = document.getElementById(decodeURIComponent(location.hash.slice(1)))?.closest("[data-call]");
  if (!call) return;
  call.open = true;
  call.querySelector("summary").focus();
}

// Out of the note or the date, back to the line of the call; whoever presses Esc has done with typing.
document.addEventListener("keydown", (event) => {
  const field = event.target.closest?.("[data-call] :is(input, select)");
  if (event.key !== "Escape" || !field) return;
  field.closest("[data-call]").querySelector("summary").focus();
  dispatchEvent(new CustomEvent("desk-typed"));
});

document.addEventListener("keydown", (event) => {
  const summary = event.target.closest?.("[data-call] > summary");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  // With nothing chosen yet the arrow goes to the first one.
  if (event.key === "ArrowDown" && event.target === document.body && rows().length) {
    event.preventDefault();
    return rows()[0].focus();
  }
  if (!summary || event.altKey || event.ctrlKey || event.metaKey) return;
  const all = rows();
  const next = step ? all[all.indexOf(summary) + step] : { Home: all[0], End: all.at(-1) }[event.key];
  if (!next) return;
  event.preventDefault();
  next.focus();
});

addEventListener("hashchange", openTarget);
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
openTarget();
// The browser's own way to the place in the address, when all is loaded, takes the focus from the call.
addEventListener("load", () => requestAnimationFrame(() => document.activeElement === document.body && openTarget()));

// A call that is done or put off leaves its place: the next one takes it under the fingers.
let place = -1;
let left = null; // the call that was worked on, and its part of the list
const sectionOf = (call) => {
  let each = call.closest(".call-line");
  while (each && !each.matches(".call-section")) each = each.previousElementSibling;
  return each?.dataset.key;
};
function remember() {
  const call = document.activeElement?.closest("[data-call]");
  place = call ? rows().indexOf(call.querySelector("summary")) : -1;
  left = call && { id: call.id, section: sectionOf(call) };
}
for (const kind of ["keydown", "click"]) document.addEventListener(kind, remember, true);
addEventListener("desk-fresh", () => {
  if (place < 0) return;
  const active = document.activeElement;
  const moved = active.closest("[data-call]");
  const isPutOff = moved?.id === left.id && sectionOf(moved) !== left.section && !active.matches("input, select");
  if (active !== document.body && !isPutOff) return;
  if (isPutOff) moved.open = false;
  const all = rows();
  all[Math.min(place, all.length - 1)]?.focus();
  remember();
});
