// Publishing waits for the new bot on the page, with progress, so that no request hangs.
import { base } from "../base.js";
const EVERY_MS = 500;
const GIVE_UP_MS = 120_000;

// On the document, for a report that is still being tested gets its form later.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-publish]")) return;
  event.preventDefault();
  form.querySelector("button").disabled = true;
  publish(form, Date.now() + GIVE_UP_MS).catch(() => form.submit()); // the server itself says what is wrong
});

async function publish(form, until) {
  while (!(await isReady(form))) {
    show(form);
    if (Date.now() > until) break;
    await new Promise((done) => setTimeout(done, EVERY_MS));
  }
  form.submit();
}

async function isReady(form) {
  const body = new URLSearchParams({ form_token: form.elements.form_token.value });
  const address = `${base}/studio/releases/${form.dataset.publish}/prepare`;
  const response = await fetch(address, { method: "POST", body, headers: { accept: "application/json" }, redirect: "manual" });
  if (!response.ok) throw new Error(`refused: ${response.status}`);
  return (await response.json()).is_ready;
}

function show(form) {
  if (form.querySelector("[data-warming]")) return;
  const bar = document.createElement("progress");
  bar.className = "progress";
  bar.setAttribute("aria-label", "The new bot is getting ready");
  const line = document.createElement("p");
  line.dataset.warming = "";
  line.setAttribute("role", "status");
  form.append(line, bar);
  // Filled once it stands there: then a screen reader says it.
  line.textContent = "The new bot is getting ready, a few seconds more. Stay on this page: it goes live by itself.";
}
