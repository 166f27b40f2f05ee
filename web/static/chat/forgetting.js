// "Forget this chat": asks once, about an open call separately, deletes on the server, then here.
import { Refused } from "./api.js";

export class Forgetting {
  constructor({ button, dialog, call, keep, remove, trouble }, { words, onLook, onForget }) {
    Object.assign(this, { call, remove, trouble, words, onLook });
    button.addEventListener("click", () => {
      trouble.hidden = call.hidden = true;
      dialog.showModal();
      this.ask();
    });
    keep.addEventListener("click", () => dialog.close());
    remove.addEventListener("click", async () => {
      remove.disabled = true;
      try {
        await onForget(!call.hidden && call.querySelector("[value=keep]").checked);
        dialog.close();
      } catch (error) {
        this.say(error);
      } finally {
        remove.disabled = false;
      }
    });
  }

  // Nothing is deleted before we know whether a call is asked for.
  async ask() {
    this.remove.disabled = true;
    try {
      this.call.hidden = !(await this.onLook()).open_callback;
    } catch {
      // Gone already, or the server is away: deleting says which.
    } finally {
      this.remove.disabled = false;
    }
  }

  say(error) {
    this.trouble.textContent = error instanceof Refused ? error.body.error : this.words.chat_forget_failed;
    this.trouble.hidden = false;
  }
}
