// Follows the build: the bar moves, a screen reader hears each step once, the end loads the page again.
import { base } from "../base.js";
const EVERY_MS = 1000;
const holder = document.querySelector("[data-build]");
const step = document.querySelector("[data-step]");
const bar = document.querySelector("[data-share]");
const live = document.querySelector("[data-live]");

async function look() {
  try {
    const response = await fetch(`${base}/studio/releases/progress`, { headers: { accept: "application/json" } });
    if (!response.ok) return;
    const { build } = await response.json();
    if (!build || build.id !== holder.dataset.build) return;
    if (!["running", "cancelling"].includes(build.state)) return location.replace(location.pathname);
    bar.value = build.share;
    if (step.textContent !== build.step) {
      step.textContent = build.step;
      live.textContent = build.step;
    }
  } catch {
    // the next look will tell
  }
  setTimeout(look, EVERY_MS);
}

if (holder.dataset.build) look();
