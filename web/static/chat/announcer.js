// Reads new messages to screen readers: speaker and text only, from a polite region of its own.
import { element } from "./text.js";

const KEPT = 6;

export class Announcer {
  constructor(region) {
    this.region = region;
  }

  say(text) {
    this.region.append(element("p", { text }));
    while (this.region.children.length > KEPT) this.region.firstElementChild.remove();
  }
}
