// "Forget this chat": asks once, deletes on the server, then here.
import { Refused } from "./api.js";

export class Forgetting {
  constructor({ button, dialog, keep, remove, trouble }, { words, onForget }) {
    Object.assign(this, { button, dialog, trouble, words });
    button.addEventListener("click", () => {
      trouble.hidden = true;
      dialog.showModal();
    });
    keep.addEventListener("click", () => dialog.close());
    remove.addEventListener("click", async () => {
      remove.disabled = true;
      try {
        await onForget();
        dialog.close();
      } catch (error) {
        this.say(error);
      } finally {
        remove.disabled = false;
      }
    });
  }

  say(error) {
    this.trouble.textContent = error instanceof Refused ? error.body.error : this.words.chat_forget_failed;
    this.trouble.hidden = false;
  }
}
