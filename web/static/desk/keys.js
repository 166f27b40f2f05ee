// The desk by keyboard: single letters outside of fields; what they do stands on the page as a button.
const isField = (element) => element?.matches("input, select, textarea, [contenteditable]");

export class Keys {
  constructor({ box, onReply, onAnswers }) {
    this.box = box;
    for (const button of document.querySelectorAll("[data-open-keys]")) {
      button.addEventListener("click", () => box.showModal());
    }
    document.addEventListener("keydown", (event) => {
      if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
      if (document.querySelector("dialog[open]") || isField(event.target)) return;
      if (this.press(event.key, { onReply, onAnswers })) event.preventDefault();
    });
  }

  press(key, { onReply, onAnswers }) {
    if (key === "?") this.box.showModal();
    else if (key === "/" && onAnswers) onAnswers();
    else if (key === "r" && onReply) onReply();
    else {
      const target = document.querySelector(`[data-key-press="${CSS.escape(key)}"]`);
      if (!target) return false;
      target.click();
    }
    return true;
  }
}
