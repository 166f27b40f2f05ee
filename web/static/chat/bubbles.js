// One message as a list item: who, what, and under it choices, sources and the review mark.
import { drawBlocks } from "./blocks.js";
import { cardElement } from "./card.js";
import { ratingElement } from "./rating.js";
import { pageLink } from "./share.js";
import { element, isSafeLink, link, paragraphs } from "./text.js";

const ANSWER = "utter_faq/";

export function bubble(message, { words, phone, rated, onChoice, onRate }) {
  const item = element("li", { className: `chat-message by-${message.author}`, tabindex: "-1" });
  if (message.kind === "notice") item.classList.add("is-notice");
  item.append(element("p", { className: "chat-who", text: speaker(message, words) }));
  if (message.kind === "card" || message.kind === "check") {
    const card = cardElement(message.text, message.details, words);
    // A check asks: what can be answered stands first, below the question.
    if (message.choices?.length) card.querySelector(".chat-card-buttons").before(choices(message.choices, { words, onChoice }));
    item.append(card);
    return item;
  }
  const body = element("div", { className: "chat-bubble" }, ...bodyOf(message, phone));
  if (message.author === "bot") body.lang = message.language;
  item.append(body);
  const about = aboutElement(message.details, words);
  if (about) item.append(about);
  if (message.utterance?.startsWith(ANSWER)) item.append(...ratingElement(message, { words, rated, onRate, link: pageLink(message, words) }));
  if (message.choices?.length) item.append(choices(message.choices, { words, onChoice }));
  return item;
}

// An answer with lists, links or bold brings their tree along; everything else is paragraphs.
function bodyOf({ text, details, author }, phone) {
  const isDrawn = author === "bot" && Array.isArray(details?.blocks);
  return isDrawn ? drawBlocks(details.blocks, { phone }) : paragraphs(text, { phone });
}

// A person is always named; what the system itself says is no word of the bot.
export function speaker({ author, details }, words) {
  if (author === "staff") return details?.name ? `${details.name}, ${words.chat_staff}` : words.chat_staff;
  return { visitor: words.chat_you }[author] ?? words.chat_bot;
}

export function choiceButton(title, onPress, more) {
  const button = element("button", { className: "chat-choice", type: "button", text: title, ...more });
  button.addEventListener("click", onPress);
  return button;
}

// A pressed choice stays to be read, says that it was chosen, and cannot be sent again.
function choices(offered, { words, onChoice }) {
  const group = element("div", { className: "chat-choices", role: "group", "aria-label": words.chat_choices });
  for (const choice of offered) {
    const button = choiceButton(choice.title, () => {
      if (button.getAttribute("aria-disabled") === "true") return;
      button.setAttribute("aria-disabled", "true");
      button.append(element("span", { className: "unseen", text: ` (${words.chat_chosen})` }));
      onChoice(choice);
    });
    group.append(button);
  }
  return group;
}

function aboutElement(details, words) {
  const sources = details?.sources ?? [];
  if (!sources.length && !details?.review) return null;
  const about = element("details", { className: "chat-about" });
  about.append(element("summary", { text: details.review ?? words.chat_sources }));
  const list = element("ul");
  for (const source of sources) list.append(sourceElement(source));
  about.append(list);
  return about;
}

function sourceElement({ cite, url, passage }) {
  const item = element("li");
  item.append(url && isSafeLink(url) ? link(url, cite) : cite);
  if (passage) item.append(element("q", { text: passage }));
  return item;
}
