// Wordings that visitors really typed: a press adds one, or all, to the questions and remembers whose it was.
import { element } from "../chat/text.js";
import { debounced, send } from "./asking.js";

export function offerWordings(form, changed) {
  const holder = document.querySelector("[data-wordings]");
  const list = holder.querySelector("ul");
  const live = holder.querySelector("[data-wordings-live]");
  const addAll = holder.querySelector("[data-add-all]");
  let offered = [];
  const look = async () => {
    const told = await send("/studio/wordings", form);
    if (!told) return;
    const isInside = holder.contains(document.activeElement);
    if (isInside) return; // never move what somebody is about to press
    offered = told.wordings.map((wording) => ({ ...wording, item: line(wording) }));
    draw();
  };

  function draw() {
    list.replaceChildren(...offered.map(({ item }) => item));
    holder.hidden = !offered.length;
    addAll.hidden = offered.length < 2;
    addAll.textContent = `Add all ${offered.length}`;
  }

  function line({ id, text, what }) {
    const item = element("li");
    const button = element("button", { className: "button quiet small", text: "Add" });
    button.type = "button";
    button.append(element("span", { className: "unseen", text: ` “${text}”` }));
    button.addEventListener("click", () => take(offered.filter((each) => each.id === id)));
    const words = element("p", { text });
    words.dir = "auto";
    words.append(element("span", { className: "soft small", text: ` ${what}` }));
    item.append(words, button);
    return item;
  }

  function add({ id, text }) {
    const field = form.elements.questions;
    const before = field.value.replace(/\n+$/, "");
    field.value = before ? `${before}\n${text}` : text;
    const taken = element("input");
    Object.assign(taken, { type: "hidden", name: "taken", value: id });
    form.append(taken);
  }

  function take(some) {
    const at = offered.indexOf(some[0]);
    some.forEach(add);
    offered = offered.filter((each) => !some.includes(each));
    draw();
    live.textContent = `Added: ${some.map(({ text }) => text).join(", ")}`;
    const next = offered[Math.min(at, offered.length - 1)];
    if (next) next.item.querySelector("button").focus();
    else form.elements.questions.focus();
    changed();
  }

  addAll.addEventListener("click", () => take(offered));

  const soon = debounced(look, 1200);
  form.addEventListener("input", ({ target }) => {
    if (["title", "questions"].includes(target.name)) soon();
  });
  look();
}
