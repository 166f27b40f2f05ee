// The locked screen goes on hearing the desk: counts and sounds, no words, no names.
import { Alerts } from "../desk/alerts.js";
import { hear } from "./hearing.js";

const counts = document.querySelector("[data-locked-counts]");
const silent = document.querySelector("[data-locked-silent]");
const alerts = new Alerts(null, { onWords: (words) => (document.querySelector("[data-live-words]").textContent = words) });
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

hear({
  onEnded: () => location.reload(),
  isHeard: heard,
  onPulse: (pulse) => {
    show(pulse);
    alerts.look(pulse);
  },
});
