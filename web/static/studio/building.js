// Follows the build: the bar moves, a screen reader hears each step once, the end opens the report.
import { base } from "../base.js";
import { forget } from "./keeping.js";
const EVERY_MS = 1000;
const holder = document.querySelector("[data-build]");
const step = document.querySelector("[data-step]");
const bar = document.querySelector("[data-share]");
const left = document.querySelector("[data-left]");
const live = document.querySelector("[data-live]");
const asked = new URLSearchParams(location.search);
const built = asked.get("said") === "running" ? "built_before" : "built"; // a colleague's, begun before this press
const early = built === "built" ? "early" : built;

async function look() {
  try {
    const response = await fetch(`${base}/studio/releases/progress`, { headers: { accept: "application/json" } });
    if (!response.ok) return;
    const { build } = await response.json();
    if (!build || build.id !== holder.dataset.build) return;
    if (build.state === "done" && build.release) return location.replace(`${base}/studio/releases/${build.release}?said=${built}`);
    // Once it can be read; who came back to this page meanwhile has read it, or follows its link.
    if (build.state === "running" && build.release && !holder.dataset.release) return location.replace(`${base}/studio/releases/${build.release}?said=${early}`);
    if (!["running", "cancelling"].includes(build.state)) return location.replace(location.pathname);
    bar.value = build.share;
    left.textContent = build.left;
    if (step.textContent !== build.step) {
      step.textContent = build.step;
      live.textContent = build.step;
    }
  } catch {
    // the next look will tell
  }
  setTimeout(look, EVERY_MS);
}

forget(asked.get("was") ?? ""); // saved by the press that began the build
if (holder.dataset.build) look();
