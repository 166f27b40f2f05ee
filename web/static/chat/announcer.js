// Reads new messages to screen readers: speaker and text only, one after the other, from a polite
// region of its own. A line is taken away again, so that nobody reads old news there.
import { element } from "./text.js";

const READ_AFTER_MS = 1000;

export class Announcer {
  constructor(region) {
    this.region = region;
  }

  say(text) {
    const line = element("p", { text });
    this.region.append(line);
    setTimeout(() => line.remove(), READ_AFTER_MS);
  }
}
