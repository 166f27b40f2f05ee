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

// A call that is done leaves the list: the next one takes its place under the fingers.
let place = -1;
function remember() {
  const call = document.activeElement?.closest("[data-call]");
  place = call ? rows().indexOf(call.querySelector("summary")) : -1;
}
for (const kind of ["keydown", "click"]) document.addEventListener(kind, remember, true);
addEventListener("desk-fresh", () => {
  if (place < 0 || document.activeElement !== document.body) return;
  const all = rows();
  all[Math.min(place, all.length - 1)]?.focus();
});
