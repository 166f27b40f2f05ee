// "Did this help?" under an answer. Thinking again is allowed; a "no" may add a sentence.
import { element } from "./text.js";

const MAX_CHARS = 500;

// A thumb, and the same turned round.
const THUMB = "M7 11v8.5H4V11h3zm0 0l3.8-7c1.5 0 2.4 1.1 2.1 2.6L12.3 10H18c1.3 0 2.2 1.2 1.9 2.4l-1.4 5.6c-.2.9-1 1.5-1.9 1.5H7";

export function ratingElement(message, { words, rated, onRate, link = [] }) {
  const yes = button(words.chat_helpful_yes, "is-yes");
  const no = button(words.chat_helpful_no, "is-no");
  const thanks = element("span", { className: "chat-thanks" });
  const more = missingForm(words, (sentence) => rate(false, sentence));
  const line = element("div", { className: "chat-rating", role: "group", "aria-label": words.chat_helpful }, element("span", { text: words.chat_helpful }), yes, no, thanks, ...link);
  const show = (helpful) => {
    yes.setAttribute("aria-pressed", String(helpful === true));
    no.setAttribute("aria-pressed", String(helpful === false));
  };
  const rate = async (helpful, sentence) => {
    show(helpful);
    more.hidden = helpful || Boolean(sentence);
    if (!more.hidden) more.scrollIntoView({ block: "nearest" });
    thanks.textContent = (await onRate(message, helpful, sentence)) ? words.chat_thanks : words.chat_not_kept;
  };
  yes.addEventListener("click", () => rate(true));
  no.addEventListener("click", () => rate(false));
  show(rated(message.id));
  return [line, more];
}

function missingForm(words, onSentence) {
  const input = element("input", { type: "text", maxlength: MAX_CHARS, autocomplete: "off" });
  const form = element("form", { className: "chat-missing", hidden: "" }, element("label", { text: words.chat_missing }, input), element("button", { className: "chat-choice", type: "submit", text: words.chat_send }));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const sentence = input.value.trim();
    if (sentence) onSentence(sentence);
  });
  return form;
}

function button(text, kind) {
  const made = element("button", { className: `chat-rate ${kind}`, type: "button", title: text, "aria-pressed": "false" });
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  path.setAttribute("d", THUMB);
  drawing.append(path);
  made.append(drawing);
  return made;
}
