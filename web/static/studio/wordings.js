// Wordings that visitors really typed: one press adds one to the questions and remembers whose it was.
import { element } from "../chat/text.js";
import { debounced, send } from "./asking.js";

export function offerWordings(form, changed) {
  const holder = document.querySelector("[data-wordings]");
  const list = holder.querySelector("ul");
  const live = holder.querySelector("[data-wordings-live]");
  const look = async () => {
    const told = await send("/studio/wordings", form);
    if (!told) return;
    const isInside = list.contains(document.activeElement);
    if (isInside) return; // never move what somebody is about to press
    list.replaceChildren(...told.wordings.map(line));
    holder.hidden = !told.wordings.length;
  };

  function line({ id, text, what }) {
    const item = element("li");
    const button = element("button", { className: "button quiet small", text: "Add" });
    button.type = "button";
    button.append(element("span", { className: "unseen", text: ` “${text}”` }));
    button.addEventListener("click", () => take(item, id, text));
    const words = element("p", { text });
    words.dir = "auto";
    words.append(element("span", { className: "soft small", text: ` ${what}` }));
    item.append(words, button);
    return item;
  }

  function take(item, id, text) {
    const field = form.elements.questions;
    const before = field.value.replace(/\n+$/, "");
    field.value = before ? `${before}\n${text}` : text;
    const taken = element("input");
    Object.assign(taken, { type: "hidden", name: "taken", value: id });
    form.append(taken);
    const next = item.nextElementSibling ?? item.previousElementSibling;
    item.remove();
    live.textContent = `Added: ${text}`;
    if (next) next.querySelector("button").focus();
    else {
      holder.hidden = true;
      field.focus();
    }
    changed();
  }

  const soon = debounced(look, 1200);
  form.addEventListener("input", ({ target }) => {
    if (["title", "questions"].includes(target.name)) soon();
  });
  look();
}
