// The conversation on the server: begun with the first message, begun anew when it is gone.
import { Refused, api } from "./api.js";
import { memory } from "./memory.js";

export class Conversation {
  constructor({ language, onBegin }) {
    Object.assign(this, { language, onBegin });
    this.current = memory.conversation;
  }

  // Send one message; the first one starts the conversation.
  async post(item, isSecondTry = false) {
    await this.begin(item.text);
    const { client_id, text, choice_id, starter } = item;
    const choice = choice_id ?? this.current.starters?.find(({ title }) => title === starter)?.id;
    const content = choice ? { choice_id: choice } : { text: text ?? starter };
    try {
      return await api.send(this.current, { client_id, ...content });
    } catch (error) {
      // The chat was deleted, here or by its age: the words of the visitor begin a new one.
      if (!isGone(error) || isSecondTry || choice_id) throw error;
      this.current = memory.conversation = null;
      return this.post(item, true);
    }
  }

  // Two tabs that begin at once begin one conversation: the second waits and takes the first's.
  async begin(text) {
    if (this.current) return;
    await memory.alone(async () => {
      if (memory.conversation) return;
      const { id, token, starters } = await this.start(text);
      memory.conversation = { id, token, starters };
    });
    this.current = memory.conversation;
    this.onBegin();
  }

  // Too many chats from this address: only then the words go along, in case they cannot wait.
  async start(text) {
    try {
      return await api.start(this.language);
    } catch (error) {
      if (!(error instanceof Refused && error.status === 429 && text)) throw error;
      return api.start(this.language, text);
    }
  }

  // Whether a call is still asked for; one that is gone asks for nothing.
  async look() {
    return this.current ? await api.look(this.current) : {};
  }

  // Delete it on the server; that it is gone already is what was wanted.
  async forget(keepsCall) {
    if (!this.current) return;
    try {
      await api.forget(this.current, keepsCall);
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
}

const isGone = (error) => error instanceof Refused && error.status === 404;
