// What needs somebody is seen and heard on every page of staff, not only at the desk: there the page brings
// its own pulse.
import { Alerts } from "../desk/alerts.js";
import { hear } from "./hearing.js";

if (!document.querySelector("[data-pulse]")) {
  const spoken = document.querySelector("[data-spoken]");
  const alerts = new Alerts(document.querySelector("[data-alerts]"), { onWords: (words) => (spoken.textContent = words) });
  hear({ onPulse: (pulse) => alerts.look(pulse), isHeard: () => (alerts.isWatched ? "yes" : "") });
}
