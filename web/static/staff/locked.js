// The locked screen goes on hearing the desk: counts and sounds, no words, no names.
import { Alerts } from "../desk/alerts.js";
import { hear } from "./hearing.js";

const counts = document.querySelector("[data-locked-counts]");
const silent = document.querySelector("[data-locked-silent]");
const alerts = new Alerts(null, { onWords: (words) => (document.querySelector("[data-live-words]").textContent = words) });

function show(pulse) {
  const { waiting, to_call: calls } = pulse.counts;
  const urgent = pulse.urgent.length ? ` (${pulse.urgent.length} urgent)` : "";
  counts.textContent = `Waiting now: ${waiting}${urgent}. To call: ${calls}.`;
  counts.classList.toggle("is-problem", pulse.urgent.length > 0);
  counts.hidden = false;
}

// A locked screen is nobody at the desk, also when it can be heard.
function heard() {
  silent.hidden = alerts.isAudible;
  return "";
}

hear({
  onEnded: () => location.reload(),
  isHeard: heard,
  onPulse: (pulse) => {
    show(pulse);
    alerts.look(pulse);
  },
});
