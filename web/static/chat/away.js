// Who waits for a person, or speaks with one: their place in line, and where a link to an answer may go.
import { Refused, ask, base, path } from "./api.js";
import { element } from "./text.js";

// The sentences come once; until they are there, and after a failure, the next news try again.
let begun;

export async function tell(standing, parts, language, conversation, announcer) {
  begun ??= begin(parts, language, conversation, announcer).catch(() => (begun = undefined));
  (await begun)?.show(standing);
}

async function begin(parts, language, conversation, announcer) {
  const words = await ask("GET", `/widget/away.json?language=${language}`);
  document.head.append(element("link", { rel: "stylesheet", href: `${base}/static/chat/away.css` }));
  parts.away = element("section", { className: "chat-away", "aria-label": words.away_title });
  parts.trouble.after(parts.away);
  return new Away(parts.away, { words, current: () => conversation.current, say: (text) => announcer.say(text) });
}

class Away {
  constructor(section, { words, current, say }) {
    Object.assign(this, { section, words, current, say, known: null });
    section.hidden = true;
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

  show(standing) {
    const before = this.known?.place;
    this.known = standing;
    this.section.hidden = !standing;
    const talk = this.current();
    if (talk) talk.shown = standing ? `&place=${standing.place ?? 0}` : "";
    if (!standing) return;
    const { contact, place, ways } = standing;
    const { words } = this;
    const line = place ? (words[`away_place_${place}`] ?? words.away_place.replace("{place}", place)) : "";
    write(this.place, line);
    this.place.hidden = !line;
    if (line && place !== before) this.say(line);
    write(this.contact, contact ? words.away_kept.replace("{contact}", () => contact) : "");
    this.kept.hidden = !contact;
    this.leaving.hidden = Boolean(contact) || !ways.length;
    const hasText = ways.includes("sms");
    this.sms.hidden = !hasText;
    this.address.type = hasText ? "text" : "email";
    this.address.autocomplete = hasText ? "on" : "email";
    write(this.label, hasText ? words.away_both : words.away_email);
  }

  async change(method, body) {
    this.trouble.hidden = true;
    try {
      const answer = await ask(method, `${path(this.current())}/contact`, { token: this.current().token, body });
      const contact = answer.contact ?? null;
      this.leaving.open = false;
      this.address.value = "";
      this.show({ ...this.known, contact });
      if (contact) this.say(this.contact.textContent);
      (contact ? this.remove : this.summary).focus();
    } catch (error) {
      this.trouble.textContent = error instanceof Refused ? error.body.error : this.words.away_failed;
      this.trouble.hidden = false;
      this.address.focus();
    }
  }
}

function write(part, text) {
  if (part.textContent !== text) part.textContent = text;
}
