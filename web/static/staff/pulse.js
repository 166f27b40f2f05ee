// A crisis is seen and heard on every page of staff, not only at the desk: there the page brings its own pulse.
import { Alerts } from "../desk/alerts.js";
import { hear } from "./hearing.js";

if (!document.querySelector("[data-pulse]")) {
  const alerts = new Alerts(null, { onWords: () => {} });
  for (const kind of ["keydown", "pointerdown"]) addEventListener(kind, () => alerts.wake());
  hear({ onPulse: (pulse) => alerts.look(pulse), isHeard: () => "yes" });
}
