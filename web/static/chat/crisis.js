// Help without a server: when a message cannot be stored, or not soon, its card comes from here.
import { api } from "./api.js";
import { PlainRules } from "./plain.js";

const SOON_MS = 2500;

export class OwnCrisis {
  constructor({ language, onCard }) {
    Object.assign(this, { language, onCard });
    this.shown = new Set();
    this.timers = new Map();
    this.load();
  }

  // Fetched while the server still answers; asked for again with the next message when it did not.
  async load() {
    if (this.rules) return;
    try {
      const { rules, cards } = await api.plainRules();
      this.cards = cards;
      this.rules = new PlainRules(rules);
    } catch {
      // Without the rules the line with 988 and 911 still stands under every failed message.
    }
  }

  // The message is on its way: wait a moment for the server's own verdict.
  watch({ client_id, title }) {
    this.load();
    this.timers.set(client_id, setTimeout(() => this.look(client_id, title), SOON_MS));
  }

  stored(clientId) {
    clearTimeout(this.timers.get(clientId));
    this.timers.delete(clientId);
  }

  failed({ client_id, title }) {
    this.stored(client_id);
    this.look(client_id, title);
  }

  look(clientId, text) {
    const found = this.rules?.check(text);
    if (!found || this.shown.has(clientId)) return;
    this.shown.add(clientId);
    const language = found.language === "es" ? "es" : this.language;
    this.onCard(clientId, this.cards[language][found.kind]);
  }
}
