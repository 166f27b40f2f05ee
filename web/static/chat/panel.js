// The chat's frame: closing, and whether it is seen. Focus moves only when the visitor opens it.
export class Panel {
  constructor({ panel, close, text }, { host, onShown }) {
    this.host = host;
    this.isShown = true;
    this.unseen = 0;
    close?.addEventListener("click", () => host?.send("close"));
    panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented) host?.send("close");
    });
    if (!host) return;
    host.answers.shown = (isShown, focus) => {
      this.isShown = isShown;
      if (!isShown) return;
      this.unseen = 0;
      // A keyboard that jumps up on a phone would cover the notice: there, the panel takes the focus.
      if (focus) (matchMedia("(pointer: coarse)").matches ? panel : text).focus();
      onShown();
    };
  }

  // The host page may hear that something came. What came while the panel was closed is counted on the launcher.
  came(count) {
    if (!count) return;
    this.host?.send("message", { count });
    if (this.isShown) return;
    this.unseen += count;
    this.host?.send("unread", { count: this.unseen });
  }
}
