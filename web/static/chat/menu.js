// The menu: save the chat, change the language, and (beside it) leave quickly.
import { memory } from "./memory.js";
import { element } from "./text.js";

export class Menu {
  constructor({ menu, save, leave }, { host, exit, transcript }) {
    this.menu = menu;
    save.addEventListener("click", () => download(transcript()));
    leave.addEventListener("click", () => leaveQuickly(host, exit));
    for (const button of menu.querySelectorAll("[data-language]")) {
      button.addEventListener("click", () => speak(button.dataset.language));
    }
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      event.preventDefault();
      this.close();
      menu.querySelector("summary").focus();
    });
    document.addEventListener("click", ({ target }) => (menu.contains(target) && !target.matches(".chat-menu-list > button")) || this.close());
  }

  close() {
    this.menu.open = false;
  }
}

function download({ name, text }) {
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  const link = element("a", { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 0);
}

// Away at once, with no way back by the browser's button, and nothing left to see on this device.
function leaveQuickly(host, exit) {
  memory.forget();
  document.documentElement.hidden = true;
  if (host) host.send("leave");
  else location.replace(exit);
}

function speak(language) {
  memory.set("language", language);
  const address = new URL(location.href);
  address.searchParams.set("language", language);
  location.replace(address);
}
