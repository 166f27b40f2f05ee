// "Did this help?" under an answer. Thinking again is allowed; a "no" may add a sentence.
import { element } from "./text.js";

const MAX_CHARS = 500;

export function ratingElement(message, { words, rated, onRate }) {
  const yes = button(words.chat_helpful_yes);
  const no = button(words.chat_helpful_no);
  const thanks = element("span", { className: "chat-thanks" });
  const more = missingForm(words, (sentence) => rate(false, sentence));
  const line = element("div", { className: "chat-rating", role: "group", "aria-label": words.chat_helpful }, element("span", { text: words.chat_helpful }), yes, no, thanks);
  const show = (helpful) => {
    yes.setAttribute("aria-pressed", String(helpful === true));
    no.setAttribute("aria-pressed", String(helpful === false));
  };
  const rate = async (helpful, sentence) => {
    show(helpful);
    more.hidden = helpful || Boolean(sentence);
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

const button = (text) => element("button", { className: "chat-rate", type: "button", text, "aria-pressed": "false" });
