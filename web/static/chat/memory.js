// What the browser keeps of a chat: conversation, draft, messages not sent yet. Works without storage.
const PREFIX = "front-desk.";

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + name));
  } catch {
    return null;
  }
}

function write(name, value) {
  try {
    if (value === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // Storage is full or forbidden: the chat lives as long as the page.
  }
}

export const memory = {
  get conversation() { return read("conversation"); },
  set conversation(value) { write("conversation", value); },
  get draft() { return read("draft") ?? ""; },
  set draft(text) { write("draft", text || null); },
  get unsent() { return read("unsent") ?? []; },
  set unsent(items) { write("unsent", items.length ? items : null); },
  get isClosed() { return read("closed") === true; },
  set isClosed(value) { write("closed", value || null); },
  forget() {
    for (const name of ["conversation", "draft", "unsent"]) write(name, null);
  },
  // Another tab started, or forgot, the conversation.
  onConversationElsewhere(listener) {
    addEventListener("storage", (event) => {
      if (event.key === `${PREFIX}conversation`) listener();
    });
  },
};
