// Shows that an answer is on its way: the bot's, saying once after three seconds that it still is, or
// that of the person who types it. Typing is shown and never read out.
const STILL_WORKING_MS = 3000;
const TYPES_FOR_MS = 9000; // who goes on typing is told of again before that

export class Waiting {
  constructor(line, label, { words, onStill }) {
    Object.assign(this, { line, label, words, onStill });
    this.isPending = false;
    this.name = null;
  }

  get isShown() {
    return !this.line.hidden;
  }

  show(isPending, name = null) {
    clearTimeout(this.lull);
    this.name = name;
    if (name) this.lull = setTimeout(() => this.show(this.isPending), TYPES_FOR_MS);
    if (isPending !== this.isPending) {
      this.isPending = isPending;
      this.isLate = false;
      clearTimeout(this.timer);
      if (isPending) this.timer = setTimeout(() => this.still(), STILL_WORKING_MS);
    }
    this.draw();
  }

  still() {
    this.isLate = true;
    this.draw();
    this.onStill(this.words.chat_still_working);
  }

  draw() {
    const { chat_staff_typing, chat_still_working, chat_typing } = this.words;
    const text = this.name ? chat_staff_typing.replace("{name}", () => this.name) : this.isLate ? chat_still_working : chat_typing;
    this.line.hidden = !(this.isPending || this.name);
    if (this.label.textContent !== text) this.label.textContent = text;
  }
}
