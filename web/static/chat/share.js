// Under an answer: the way to its page, to read in peace, to print or to send to somebody.
import { base } from "./api.js";
import { element } from "./text.js";

export function pageLink({ utterance, details }, words) {
  if (!details?.answer || !utterance?.startsWith("utter_faq/")) return [];
  const { lang } = document.documentElement;
  const href = `${base}/answers/${encodeURIComponent(details.answer)}${lang === "en" ? "" : `?language=${lang}`}`;
  return [element("a", { className: "chat-page", href, target: "_blank", rel: "noopener", text: words.chat_page })];
}
