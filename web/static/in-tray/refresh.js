// Keeps the list of the in-tray fresh while somebody looks at it.
const EVERY_MS = 5000;
const holder = document.querySelector("[data-refresh]");
const live = document.querySelector("[data-live]");
const trouble = document.querySelector("[data-trouble]");
let shown = holder.textContent;

const ids = (node) => [...node.querySelectorAll("[data-entry]")].map((entry) => entry.dataset.entry);

// The browser's own parser makes the document: no text of ours is ever turned into markup by a script.
function load(address) {
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    request.open("GET", address);
    request.responseType = "document";
    request.timeout = EVERY_MS;
    request.onload = () => done({ status: request.status, page: request.response });
    request.onerror = request.ontimeout = () => fail(new Error("unreachable"));
    request.send();
  });
}

async function refresh() {
  if (document.visibilityState !== "visible" || holder.contains(document.activeElement)) return;
  const { status, page } = await load(holder.dataset.refresh);
  if (status === 401 || status === 423) return location.reload();
  if (status !== 200 || !page) throw new Error(String(status));
  say("");
  if (page.body.textContent === shown) return;
  const known = new Set(ids(holder));
  const fresh = page.body;
  const added = ids(fresh).filter((id) => !known.has(id)).length;
  shown = fresh.textContent;
  holder.replaceChildren(...fresh.childNodes);
  if (added) live.textContent = added === 1 ? "One new request." : `${added} new requests.`;
}

function say(text) {
  trouble.textContent = text;
  trouble.hidden = !text;
}

setInterval(() => refresh().catch(() => say("The list cannot be refreshed just now. Trying again.")), EVERY_MS);
document.addEventListener("visibilitychange", () => refresh().catch(() => {}));
