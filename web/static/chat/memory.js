// What the browser keeps of a chat: conversation, draft, messages not sent yet. In a frame the host
// page's storage holds it, by the loader; else our own. Works without either.
const PREFIX = "front-desk.";
const UNSENT = "unsent.";

// Our own storage, for the chat as a page of its own.
class OwnStorage {
  all() {
    const kept = {};
    try {
      for (const key of Object.keys(localStorage)) {
        if (key.startsWith(PREFIX)) kept[key.slice(PREFIX.length)] = localStorage.getItem(key);
      }
    } catch {
      // Storage is forbidden: the chat lives as long as the page.
    }
    return kept;
  }

  // Plain http has no locks, and with site data refused they are denied: then two tabs that begin at
  // the same moment may begin two chats.
  async alone(work) {
    let turn = null;
    const begin = () => (turn ??= work(this.all()));
    try {
      return await navigator.locks.request("front-desk.start", begin);
    } catch {
      return begin(); // of a work that failed by itself: its own failure
    }
  }

  write(name, value) {
    try {
      if (value === null) localStorage.removeItem(PREFIX + name);
      else localStorage.setItem(PREFIX + name, value);
    } catch {
      // Storage is full or forbidden, see above.
    }
  }

  onElsewhere(listener) {
    addEventListener("storage", ({ key, newValue }) => {
      if (key?.startsWith(PREFIX)) listener(key.slice(PREFIX.length), newValue);
    });
  }
}

// The host page's storage.
class HostStorage {
  constructor(host) {
    this.host = host;
  }

  // A frame's own locks may be forbidden with its storage: the host page holds them.
  async alone(work) {
    try {
      return await work(await this.host.lock());
    } finally {
      this.host.send("unlock");
    }
  }

  write(name, value) {
    this.host.send("write", { name, value });
  }

  onElsewhere(listener) {
    this.host.answers.elsewhere = listener;
  }
}

class Memory {
  async begin(host) {
    this.storage = host ? new HostStorage(host) : new OwnStorage();
    this.kept = host ? await host.hello() : this.storage.all();
    this.listeners = [];
    this.storage.onElsewhere((name, value) => {
      if (value === null) delete this.kept[name];
      else this.kept[name] = value;
      if (name === "conversation") for (const listener of this.listeners) listener();
    });
  }

  // Do something while no other tab does it, knowing what the other tabs have kept.
  alone(work) {
    return this.storage.alone(async (kept) => {
      Object.assign(this.kept, kept);
      await work();
    });
  }

  get(name) {
    try {
      return JSON.parse(this.kept[name] ?? "null");
    } catch {
      return null;
    }
  }

  set(name, value) {
    const text = value === null ? null : JSON.stringify(value);
    if (text === null) delete this.kept[name];
    else this.kept[name] = text;
    this.storage.write(name, text);
  }

  get conversation() { return this.get("conversation"); }
  set conversation(value) { this.set("conversation", value); }
  get draft() { return this.get("draft") ?? ""; }
  set draft(text) { this.set("draft", text || null); }

  // One entry for each message, so that two tabs never write over each other's.
  get unsent() {
    const names = Object.keys(this.kept).filter((name) => name.startsWith(UNSENT));
    const items = names.map((name) => this.get(name)).filter((item) => item?.client_id && item.title);
    return items.sort((one, other) => (one.at ?? 0) - (other.at ?? 0));
  }
  keepUnsent(item) { this.set(UNSENT + item.client_id, item); }
  dropUnsent(clientId) { this.set(UNSENT + clientId, null); }

  // All of it, or all but how somebody reads.
  forget(...left) {
    for (const name of Object.keys(this.kept)) if (!left.includes(name)) this.set(name, null);
  }

  // Another tab started, or forgot, the conversation.
  onConversationElsewhere(listener) {
    this.listeners.push(listener);
  }
}

export const memory = new Memory();
