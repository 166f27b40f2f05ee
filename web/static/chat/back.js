// Opens the chat of a link, once, when somebody presses: programs that look at links open no chat.
import { ask } from "./api.js";

const KEPT = "front-desk.conversation";
const page = document.querySelector("[data-back]");
const parts = ["open", "trouble", "other", "offer", "away"];
const [button, trouble, other, offer, away] = parts.map((name) => page.querySelector(`[data-${name}]`));
// What stands behind the # was sent to no server; nor does it stay in the address.
const token = location.hash.slice(1);
history.replaceState(null, "", location.pathname + location.search);

if (!token) say(page.dataset.noLink);
else if (!canKeep()) say(page.dataset.noStorage);
else {
  button.hidden = offer.hidden = false;
  away.hidden = true;
  other.hidden = !localStorage.getItem(KEPT);
  button.addEventListener("click", open);
  button.focus();
}

async function open() {
  button.disabled = true;
  trouble.hidden = true;
  try {
    const { id, token: own } = await ask("POST", "/v1/reply-links", { body: { token, language: document.documentElement.lang } });
    localStorage.setItem(KEPT, JSON.stringify({ id, token: own, starters: [] }));
    location.replace(away.querySelector("a").href);
  } catch (error) {
    const isOver = error.status === 404;
    say(error.body?.error && error.status ? error.body.error : page.dataset.failed);
    if (isOver) offer.hidden = button.hidden = other.hidden = true;
    away.hidden = !isOver;
    button.disabled = false;
  }
}

function canKeep() {
  try {
    localStorage.setItem(`${KEPT}-try`, "1");
    localStorage.removeItem(`${KEPT}-try`);
    return true;
  } catch {
    return false;
  }
}

function say(text) {
  trouble.textContent = text;
  trouble.hidden = false;
}
