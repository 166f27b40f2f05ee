// Opens and closes the panel. Focus moves only when the visitor opens or closes it.
import { memory } from "./memory.js";

const WIDE = "(width >= 68rem) and (height >= 30rem)";

export class Panel {
  constructor({ launcher, panel, close, text }, { onOpen }) {
    Object.assign(this, { launcher, panel, text, onOpen });
    launcher.addEventListener("click", () => this.open({ focus: true }));
    close.addEventListener("click", () => this.close());
    panel.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
    for (const opener of document.querySelectorAll("[data-opens-chat]")) {
      opener.addEventListener("click", (event) => {
        event.preventDefault();
        this.open({ focus: true });
      });
    }
    if (matchMedia(WIDE).matches && !memory.isClosed) this.open({ focus: false });
  }

  get isOpen() {
    return !this.panel.hidden;
  }

  open({ focus }) {
    this.panel.hidden = false;
    this.launcher.hidden = true;
    this.launcher.setAttribute("aria-expanded", "true");
    document.documentElement.classList.add("chat-is-open");
    memory.isClosed = false;
    // A keyboard that jumps up on a phone would cover the notice: there, the panel takes the focus.
    if (focus) (matchMedia("(pointer: coarse)").matches ? this.panel : this.text).focus();
    this.onOpen();
  }

  close() {
    this.panel.hidden = true;
    this.launcher.hidden = false;
    this.launcher.setAttribute("aria-expanded", "false");
    document.documentElement.classList.remove("chat-is-open");
    memory.isClosed = true;
    this.launcher.focus();
  }
}
