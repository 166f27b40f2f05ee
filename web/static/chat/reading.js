// Reading by keyboard: the conversation is one stop; arrows go from message to message, Enter goes
// to what can be pressed in it, Escape back to the field.
const PRESSABLE = "button, a, summary, input";

export class Reading {
  constructor(scroll, list, text) {
    Object.assign(this, { list, text });
    scroll.addEventListener("keydown", (event) => this.key(event));
  }

  key(event) {
    const item = event.target.closest("li.chat-message");
    if (event.key === "Escape") return this.take(event, this.text);
    if (event.key === "Enter" && event.target === item) return this.take(event, item.querySelector(PRESSABLE));
    // Inside a control the keys are the control's own.
    if (event.target !== item && event.target.matches(PRESSABLE)) return;
    const items = [...this.list.children];
    const at = items.indexOf(item);
    const next = { ArrowDown: at + 1, ArrowUp: at < 0 ? items.length - 1 : at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (next !== undefined) this.take(event, items[Math.max(0, Math.min(next, items.length - 1))]);
  }

  take(event, element) {
    if (!element) return;
    event.preventDefault();
    element.focus();
  }
}
