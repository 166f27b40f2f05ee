// Forty calls by keyboard: arrows from row to row, keys of the open row, printing.
const rows = () => [...document.querySelectorAll("[data-call] > summary")];

// The keys stand at the open call's own buttons: `keys.js` presses whatever has them now.
function giveKeys() {
  for (const each of document.querySelectorAll("[data-call-key]")) {
    const isOpen = each.closest("[data-call]")?.open ?? true;
    if (!isOpen) each.removeAttribute("data-key-press");
    else if (each.dataset.keyPress !== each.dataset.callKey) each.dataset.keyPress = each.dataset.callKey;
  }
}

function openTarget() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const call = target?.closest("[data-call]");
  if (!call) return;
  call.open = true;
  call.querySelector("summary").focus();
}

document.addEventListener("keydown", (event) => {
  const summary = event.target.closest?.("[data-call] > summary");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!summary || event.altKey || event.ctrlKey || event.metaKey) return;
  const all = rows();
  const next = step ? all[all.indexOf(summary) + step] : { Home: all[0], End: all.at(-1) }[event.key];
  if (!next) return;
  event.preventDefault();
  next.focus();
});

document.addEventListener("toggle", giveKeys, true);
addEventListener("desk-fresh", giveKeys);
addEventListener("hashchange", openTarget);
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
openTarget();
giveKeys();
