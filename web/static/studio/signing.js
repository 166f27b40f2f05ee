// The signing session: signs without leaving the page, by keys or by buttons; each press can be taken back.
const sheets = [...document.querySelectorAll("[data-sheet]")];
const live = document.querySelector("[data-live]");
const bar = document.querySelector("[data-bar]");
const UNDOES = { sign: ["back", "Undo"], off: ["on", "Switch on again"] };

async function send(form, address = form.action) {
  const response = await fetch(address, {
    method: "POST",
    body: new URLSearchParams(new FormData(form)),
    headers: { accept: "application/json" },
  });
  const told = await response.json();
  if (!response.ok) throw new Error(told.error);
  return told;
}

async function press(form) {
  const sheet = form.closest("[data-sheet]");
  const button = form.querySelector("button");
  if (button.disabled) return;
  button.disabled = true;
  try {
    done(sheet, form, await send(form));
  } catch (error) {
    complain(sheet, error);
    button.disabled = false;
    button.focus();
  }
}

function done(sheet, form, { said, version }) {
  const title = sheet.querySelector("h2").textContent;
  const line = document.createElement("p");
  line.className = "done-line";
  line.textContent = `${title} ${said} `;
  line.append(undoing(sheet, form, version));
  const parts = document.createDocumentFragment();
  parts.append(...sheet.childNodes);
  sheet.parts = parts; // kept whole, for taking back
  sheet.append(line);
  sheet.classList.add("is-done");
  live.textContent = `${title} ${said}`;
  count();
  go(sheet, 1);
}

function undoing(sheet, form, version) {
  const [way, label] = UNDOES[form.dataset.sign];
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button quiet small";
  button.dataset.undo = "";
  button.textContent = label;
  button.addEventListener("click", () => undo(sheet, form, way, version));
  return button;
}

async function undo(sheet, form, way, version) {
  try {
    if (version) form.elements.version.value = version;
    const { said, version: next } = await send(form, form.action.replace(/[^/]+$/, way));
    sheet.replaceChildren(sheet.parts);
    sheet.classList.remove("is-done");
    for (const each of sheet.querySelectorAll("[data-sign]")) {
      if (next) each.elements.version.value = next;
      each.querySelector("button").disabled = false;
    }
    live.textContent = said;
    count();
    show(sheet);
  } catch (error) {
    live.textContent = error.message;
  }
}

function complain(sheet, error) {
  const problem = sheet.querySelector("[data-problem]");
  const isGone = error instanceof TypeError;
  problem.textContent = isGone ? "The server cannot be reached right now. Nothing was changed." : error.message;
  problem.hidden = false;
}

function count() {
  const here = sheets.filter((sheet) => !sheet.classList.contains("is-done")).length;
  const left = here + Number(bar.dataset.later); // those that this page does not show yet wait too
  document.querySelector("[data-left]").textContent = String(left);
  bar.querySelector("[data-still]").textContent = String(left);
  bar.querySelector("[data-done]").textContent = String(sheets.length - here);
}

// The sheet itself takes the focus: a reader begins with its title, and its keys work.
function show(sheet) {
  sheet.focus({ preventScroll: true });
  sheet.scrollIntoView({ block: "start" });
}

function go(from, step) {
  let at = sheets.indexOf(from) + step;
  while (sheets[at]?.classList.contains("is-done")) at += step;
  show(sheets[at] ?? from); // after the last one the focus stays where the deed can be taken back
}

function takeBack(sheet) {
  const before = sheets.slice(0, sheets.indexOf(sheet) + 1).findLast((each) => each.querySelector("[data-undo]"));
  before?.querySelector("[data-undo]").click();
}

async function writeNote(form) {
  const said = form.querySelector("[data-note-said]");
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    said.textContent = (await send(form)).said;
    form.reset();
  } catch (error) {
    said.textContent = error instanceof TypeError ? "The server cannot be reached right now. Nothing was sent." : error.message;
  }
  button.disabled = false;
}

function openNote(sheet) {
  const note = sheet.querySelector("details.note-to");
  if (!note) return;
  note.open = true;
  note.querySelector("textarea").focus();
}

const KEYS = {
  s: (sheet) => sheet.querySelector('[data-sign="sign"]')?.requestSubmit(),
  n: (sheet) => go(sheet, 1),
  p: (sheet) => go(sheet, -1),
  q: (sheet) => sheet.querySelector("[data-questions] > summary")?.click(),
  u: (sheet) => takeBack(sheet),
  w: (sheet) => openNote(sheet),
};

document.addEventListener("keydown", (event) => {
  const sheet = document.activeElement?.closest?.("[data-sheet]");
  const act = KEYS[event.key.toLowerCase()];
  const isTyping = document.activeElement?.matches("input, textarea, select");
  // A key that is held down signs nothing twice.
  if (!sheet || !act || isTyping || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  act(sheet);
});

document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-note]")) {
    event.preventDefault();
    writeNote(event.target);
    return;
  }
  if (!event.target.matches("[data-sign]")) return;
  event.preventDefault();
  press(event.target);
});

if (bar) {
  bar.hidden = false;
  bar.querySelector("[data-begin]").addEventListener("click", () => {
    const first = sheets.find((sheet) => !sheet.classList.contains("is-done"));
    if (first) show(first);
  });
  const named = document.getElementById(location.hash.slice(1));
  if (named?.matches("[data-sheet]")) show(named);
}
