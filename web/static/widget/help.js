// Stands in while the chat cannot be shown: the phone, 988 and 911, known without any server.
class Help {
  constructor(settings, words, { onClose, onRetry }) {
    const { phone } = settings;
    const call = phone ? [make("a", { href: `tel:${phone.replace(/[^\d+]/g, "")}`, text: `${words.call_us} ${phone}` })] : [];
    this.opening = make("p", { text: words.opening });
    this.ways = make(
      "div",
      { className: "help", role: "group", "aria-label": words.help },
      make("p", { text: words.no_chat }),
      ...call,
      make("button", { type: "button", text: words.retry, on: onRetry }),
      make("p", { text: words.crisis }),
      make("a", { className: "solid", href: "tel:988", text: words.call_988 }),
      make("a", { className: "solid", href: words.text_988_link, text: words.text_988 }),
      make("a", { className: "alarm", href: "tel:911", text: words.call_911 }),
    );
    if (onClose) this.ways.prepend(make("button", { type: "button", text: words.close, on: onClose }));
    this.said = make("div", { className: "unseen", role: "status" });
    this.element = make("div", {}, make("div", { className: "help" }, this.opening), this.ways, this.said);
    this.words = words;
    this.wait();
  }

  wait() {
    this.opening.parentElement.hidden = false;
    this.ways.hidden = true;
    this.said.textContent = "";
  }

  show() {
    this.opening.parentElement.hidden = true;
    this.ways.hidden = false;
    this.said.textContent = this.words.no_chat;
  }
}
