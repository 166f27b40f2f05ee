// The crisis card: words, three large buttons, one small step, and the rest behind a small one.
import { element, isSafeLink, link } from "./text.js";

export function cardElement(text, details, words) {
  const card = element("div", { className: "chat-card", role: "group", "aria-label": words.chat_card_label });
  // No links in its words: what can be pressed is below, once.
  card.append(...text.split("\n\n").map((part) => element("p", { text: part })));
  card.append(element("div", { className: "chat-card-buttons" }, ...linkButtons(details.buttons)));
  if (details.next_step) card.append(element("p", { className: "chat-card-step", text: details.next_step }));
  if (details.team) card.append(element("p", { className: "chat-card-team", text: details.team }));
  if (details.more?.length) {
    const more = element("details", {}, element("summary", { text: words.chat_more_help }));
    more.append(element("div", { className: "chat-card-more" }, ...linkButtons(details.more)));
    card.append(more);
  }
  return card;
}

function linkButtons(buttons = []) {
  return buttons.filter(({ href }) => isSafeLink(href)).map(({ title, href }) => link(href, title));
}
