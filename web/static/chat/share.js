// Under an answer: the way to its page, to read in peace, to print or to send to somebody.
import { element } from "./text.js";

export function pageLink({ utterance, details }, words) {
  if (!details?.answer || !utterance?.startsWith("utter_faq/")) return [];
  const { lang } = document.documentElement;
  const href = `/answers/${encodeURIComponent(details.answer)}${lang === "en" ? "" : `?language=${lang}`}`;
  return [element("a", { className: "chat-page", href, target: "_blank", rel: "noopener", text: words.chat_page })];
}
