// The field to write in: grows, keeps its draft, counts near the limit, Enter sends.
import { memory } from "./memory.js";

const NEAR_LIMIT = 200;

export class Composer {
  constructor({ form, text, left, send }, { words, maxChars, onSend }) {
    Object.assign(this, { text, left, words, maxChars });
    text.value = memory.draft;
    text.addEventListener("input", () => this.changed());
    text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        send.click(); // `requestSubmit` came with iOS 16
      }
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const written = text.value.trim();
      if (!written || this.over() > 0) return text.focus();
      this.clear();
      onSend(written);
    });
    this.changed();
  }

  clear() {
    this.text.value = "";
    this.changed();
  }

  // Code points, as the server counts.
  over() {
    return [...this.text.value.trim()].length - this.maxChars;
  }

  changed() {
    memory.draft = this.text.value;
    this.text.style.height = "auto";
    this.text.style.height = `${this.text.scrollHeight + 2}px`;
    const over = this.over();
    this.left.hidden = over < -NEAR_LIMIT;
    this.left.classList.toggle("is-over", over > 0);
    const words = over > 0 ? this.words.chat_over : this.words.chat_left;
    // Empty while hidden: it describes the field to screen readers all the same.
    this.left.textContent = this.left.hidden ? "" : words.replace("{count}", Math.abs(over));
    this.text.setAttribute("aria-invalid", String(over > 0));
  }
}
