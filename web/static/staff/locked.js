// The locked screen goes on hearing the desk: counts and sounds, no words, no names.
import { Alerts } from "../desk/alerts.js";

const WAIT_S = 20;
const AGAIN_MS = 5000;
const counts = document.querySelector("[data-locked-counts]");
const silent = document.querySelector("[data-locked-silent]");
const alerts = new Alerts(null, { onWords: (words) => (document.querySelector("[data-live-words]").textContent = words) });
let mark = "";
let saidSilent = false;

function show(pulse) {
  const { waiting, to_call: calls } = pulse.counts;
  const urgent = pulse.urgent.length ? ` (${pulse.urgent.length} urgent)` : "";
  counts.textContent = `Waiting now: ${waiting}${urgent}. To call: ${calls}.`;
  counts.classList.toggle("is-problem", pulse.urgent.length > 0);
  counts.hidden = false;
}

// Told once that nobody hears it: a colleague's other screen may well be in use.
function heard() {
  silent.hidden = alerts.isAudible;
  if (alerts.isAudible) return "yes";
  const answer = saidSilent ? "" : "no";
  saidSilent = true;
  return answer;
}

async function ask() {
  const query = new URLSearchParams({ mark, wait: mark ? String(WAIT_S) : "0", heard: heard() });
  const answer = await fetch(`/desk/pulse?${query}`, { headers: { accept: "application/json" } });
  if (answer.status === 401) return location.reload();
  if (!answer.ok) throw new Error(String(answer.status));
  mark = answer.headers.get("x-mark") ?? "";
  if (answer.status === 204) return;
  const pulse = await answer.json();
  show(pulse);
  alerts.look(pulse);
}

// A browser lets a page make sounds once somebody has touched it.
for (const kind of ["keydown", "pointerdown"]) addEventListener(kind, () => alerts.wake());
alerts.wake();
for (;;) {
  try {
    await ask();
  } catch {
    await new Promise((done) => setTimeout(done, AGAIN_MS));
  }
}
