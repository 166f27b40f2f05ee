// A report whose practice conversations are still being played: shows how far they are, then what became of them.
import { base } from "../base.js";
const EVERY_MS = 1000;
const holder = document.querySelector("[data-testing]");
const live = document.querySelector("[data-live]");

async function look() {
  try {
    const response = await fetch(`${base}/studio/releases/progress`, { headers: { accept: "application/json" } });
    if (response.ok) {
      const { build } = await response.json();
      if (build?.id !== holder.dataset.testing || !["running", "cancelling"].includes(build.state)) return await show();
      holder.querySelector("[data-share]").value = build.share;
      holder.querySelector("[data-left]").textContent = build.left;
    }
  } catch {
    // the next look will tell
  }
  setTimeout(look, EVERY_MS);
}

/** The page as it is now. The browser reads it by itself: our policy lets no script make HTML of a text. */
function fetched() {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("GET", location.pathname);
    request.responseType = "document";
    request.onload = () => (request.status === 200 && request.response ? done(request.response) : failed(new Error("no page")));
    request.onerror = () => failed(new Error("no answer"));
    request.send();
  });
}

/** Put what is known now in the place of what waited; the rest of the page stays as the reader has it. */
async function show() {
  const now = await fetched();
  for (const part of document.querySelectorAll("[data-late]")) {
    const fresh = now.querySelector(`[data-late][aria-labelledby="${part.getAttribute("aria-labelledby")}"]`);
    if (fresh) part.replaceWith(fresh);
    else part.remove();
  }
  document.querySelector("[data-said]")?.remove(); // it spoke of waiting
  live.textContent = `The practice conversations are done. ${document.getElementById("publish")?.textContent ?? ""}`;
}

if (holder) look();
