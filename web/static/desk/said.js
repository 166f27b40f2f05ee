// The sentence about the last deed, and for a minute a way to take it back.
const UNDO_MS = 60_000;
const SAID_MS = 12_000;
const box = document.querySelector("[data-said]");
const form = box.querySelector("[data-undo]");
let timer = null;

// It stands where it covers no words: between a chat and the reply, or beside the tools of a page.
const hadFocus = document.activeElement === box;
const tools = document.querySelector(".page-head > .desk-tools");
const talkPage = document.querySelector(".talk-page");
if (talkPage) talkPage.append(box);
else tools?.before(box);
if (hadFocus) box.focus();

function close() {
  clearTimeout(timer);
  if (box.contains(document.activeElement)) document.querySelector("#main").focus({ preventScroll: true });
  form.hidden = true;
  box.hidden = true;
}

function closeInTime() {
  clearTimeout(timer);
  timer = setTimeout(close, form.hidden ? SAID_MS : UNDO_MS);
}

export function tell(sentence, undo = "") {
  if (!sentence) return close();
  box.querySelector("[data-said-words]").textContent = sentence;
  form.elements.undo.value = undo;
  form.hidden = !undo;
  box.hidden = false;
  closeInTime();
}

box.querySelector("[data-said-close]").addEventListener("click", close);
// Nobody loses it while they are at it.
for (const kind of ["focusin", "pointerenter"]) box.addEventListener(kind, () => clearTimeout(timer));
for (const kind of ["focusout", "pointerleave"]) box.addEventListener(kind, closeInTime);
if (!box.hidden) {
  closeInTime();
  // A reload tells nothing a second time.
  const here = new URL(location.href);
  for (const name of ["said", "undo"]) here.searchParams.delete(name);
  history.replaceState(history.state, "", here);
}
