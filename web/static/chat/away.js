// Who waits for a person, or speaks with one: their place in line, and where a link to an answer may go.
import { Refused, ask, base, path } from "./api.js";
import { element } from "./text.js";

export class Away {
  static async begin(section, { language, current, onSaid }) {
    const words = await ask("GET", `/widget/away.json?language=${language}`);
    document.head.append(element("link", { rel: "stylesheet", href: `${base}/static/chat/away.css` }));
    return new Away(section, { words, current, onSaid });
  }

  constructor(section, { words, current, onSaid }) {
    Object.assign(this, { section, words, current, onSaid, known: null });
    section.setAttribute("aria-label", words.away_title);
    this.place = element("p", { className: "chat-place" });
    this.contact = element("span");
    this.remove = element("button", { type: "button", text: words.away_remove });
    this.kept = element("p", { className: "chat-kept" }, this.contact, this.remove);
    this.sms = element("span", { text: ` ${words.away_sms}` });
    this.label = element("label", { for: "chat-address" });
    this.address = element("input", { id: "chat-address", maxlength: 254, required: "", "aria-describedby": "chat-away-about chat-away-trouble" });
    this.trouble = element("p", { id: "chat-away-trouble", className: "chat-trouble", role: "alert" });
    this.trouble.hidden = true;
    this.summary = element("summary", { text: words.away_offer });
    const about = element("p", { id: "chat-away-about", text: words.away_about }, this.sms);
    const row = element("div", { className: "chat-address" }, this.address, element("button", { text: words.away_send }));
    const form = element("form", { novalidate: "" }, about, this.label, row, this.trouble);
    this.leaving = element("details", {}, this.summary, form);
    section.append(this.place, this.kept, this.leaving);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.change("PUT", { address: this.address.value });
    });
    this.remove.addEventListener("click", () => this.change("DELETE"));
  }

  // What the next question for news says that we show, so that another place ends the wait.
  get shownPlace() {
    return this.known && (this.known.place ?? 0);
  }

  show(standing) {
    const before = this.known?.place;
    this.known = standing;
    this.section.hidden = !standing;
    if (!standing) return;
    const { contact, place, ways } = standing;
    const { words } = this;
    const line = place ? (words[`away_place_${place}`] ?? words.away_place.replace("{place}", place)) : "";
    this.say(this.place, line);
    this.place.hidden = !line;
    if (line && place !== before) this.onSaid(line);
    this.say(this.contact, contact ? words.away_kept.replace("{contact}", () => contact) : "");
    this.kept.hidden = !contact;
    this.leaving.hidden = Boolean(contact) || !ways.length;
    const hasText = ways.includes("sms");
    this.sms.hidden = !hasText;
    this.address.type = hasText ? "text" : "email";
    this.address.autocomplete = hasText ? "on" : "email";
    this.say(this.label, hasText ? words.away_both : words.away_email);
  }

  async change(method, body) {
    this.trouble.hidden = true;
    try {
      const answer = await ask(method, `${path(this.current())}/contact`, { token: this.current().token, body });
      const contact = answer.contact ?? null;
      this.leaving.open = false;
      this.address.value = "";
      this.show({ ...this.known, contact });
      if (contact) this.onSaid(this.contact.textContent);
      (contact ? this.remove : this.summary).focus();
    } catch (error) {
      this.trouble.textContent = error instanceof Refused ? error.body.error : this.words.away_failed;
      this.trouble.hidden = false;
      this.address.focus();
    }
  }

  say(part, text) {
    if (part.textContent !== text) part.textContent = text;
  }
}
