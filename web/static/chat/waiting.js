// Shows that an answer is on its way, and says once after three seconds that it still is.
const STILL_WORKING_MS = 3000;

export class Waiting {
  constructor(line, label, { words, onStill }) {
    Object.assign(this, { line, label, words, onStill });
    this.timer = null;
  }

  show(isPending) {
    if (isPending === !this.line.hidden) return;
    this.line.hidden = !isPending;
    clearTimeout(this.timer);
    this.label.textContent = this.words.chat_typing;
    if (isPending) this.timer = setTimeout(() => this.still(), STILL_WORKING_MS);
  }

  still() {
    this.label.textContent = this.words.chat_still_working;
    this.onStill(this.words.chat_still_working);
  }
}
