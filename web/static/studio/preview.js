// The reply in the widget's own look, drawn from the tree that the server made of it.
import { drawBlocks } from "../chat/blocks.js";
import { element, isSafeLink } from "../chat/text.js";

export function drawPreview(holder, { blocks, next, sources, needs }) {
  if (!blocks.length) {
    const why = needs ? "None of these wordings can be said now: each needs a fact that is not known." : "Write a reply to see it here.";
    holder.replaceChildren(element("p", { className: "hint", text: why }));
    return;
  }
  const item = element("div", { className: "chat-message by-bot" });
  item.append(element("p", { className: "chat-who", text: "Automated helper" }));
  item.append(element("div", { className: "chat-bubble" }, ...drawBlocks(blocks)));
  if (sources.length) item.append(about(sources));
  if (next.length) {
    const choices = next.map((title) => element("span", { className: "chat-choice", text: title }));
    item.append(element("div", { className: "chat-choices" }, ...choices));
  }
  holder.replaceChildren(item);
}

function about(sources) {
  const list = element("ul");
  for (const { cite, url, passage } of sources) {
    const line = element("li");
    if (url && isSafeLink(url)) line.append(element("a", { href: url, text: cite, target: "_blank", rel: "noopener noreferrer" }));
    else line.append(cite);
    if (passage) line.append(element("q", { text: passage }));
    list.append(line);
  }
  const details = element("details", { className: "chat-about" });
  details.append(element("summary", { text: "Source and review" }), list);
  return details;
}
