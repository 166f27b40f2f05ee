// The conversation's page: reply, canned replies, drafts, and who is typing.
import { answerPicker } from "./answers.js";
import { post } from "./api.js";
import { Draft, TAB } from "./drafts.js";
import { alerts, live } from "./main.js";
import { tell } from "./said.js";

const here = document.querySelector("[data-conversation]").dataset.conversation;
const composer = document.querySelector("[data-composer]");
const talk = document.querySelector('[data-part="talk"]');
const title = document.querySelector("[data-talk-title]");
let lastSeen = talk.lastElementChild?.dataset.key;
// On a phone the page itself scrolls: the last words stand just above the reply.
const narrow = matchMedia("(width < 62rem)");
let isAtEnd = true; // whoever reads above is not thrown to the end
let endAt = 0; // where the end of the talk is shown, in pixels that are scrolled: of the talk, or of the page

// What stands below the words on a phone: the reply and, for a while, what was just done.
const said = document.querySelector("[data-said]");
const head = document.querySelector(".page-head"); // stays on top
const foot = () => (composer?.offsetHeight ?? 0) + (said.hidden ? 0 : said.offsetHeight + 16);

function noteWhere() {
  const below = narrow.matches
    ? Math.min(talk.getBoundingClientRect().bottom + foot() - innerHeight, endAt - scrollY)
    : endAt - talk.scrollTop;
  isAtEnd = below < 60;
}

talk.addEventListener("scroll", noteWhere, { passive: true });
addEventListener("scroll", noteWhere, { passive: true });

addEventListener("desk-fresh", () => {
  sayWhom();
  const last = talk.lastElementChild;
  if (!last || last.dataset.key === lastSeen) return;
  lastSeen = last.dataset.key;
  const isOwn = last.classList.contains("by-staff");
  if (last.classList.contains("by-visitor") && document.querySelector("[data-pulse][data-mine]")) alerts.tell("words");
  if (isAtEnd || isOwn) toEnd();
});

// Whom it goes to may become known while one writes.
function sayWhom() {
  const { whom } = document.querySelector('[data-part="state"]').dataset;
  const shown = document.querySelectorAll("[data-whom-shown]");
  document.title = document.title.replace(shown[0].textContent, whom);
  for (const place of shown) place.textContent = whom;
}

// The visitor's last words, as long as no person has written since.
function unanswered() {
  const last = [...talk.querySelectorAll(".by-visitor, .by-staff")].at(-1);
  return last?.classList.contains("by-visitor") ? last : null;
}

// How far what nobody has answered would stand above a line; what the bot said behind it does not push it out of sight.
const above = (line) => Math.max(0, line - (unanswered()?.getBoundingClientRect().top ?? Infinity));

function toEnd() {
  talk.scrollTop = talk.scrollHeight;
  talk.scrollTop -= above(talk.getBoundingClientRect().top);
  endAt = talk.scrollTop;
  if (!narrow.matches || !composer || location.hash) return;
  const down = talk.getBoundingClientRect().bottom + foot() - innerHeight;
  scrollBy({ top: down - above(head.offsetHeight + 8 + down), behavior: "instant" });
  endAt = scrollY;
}

// A keyboard that opens takes half of the screen, and a reply that grows takes from the words above it.
const keepEnd = () => isAtEnd && toEnd();
addEventListener("resize", keepEnd);
const sizes = new ResizeObserver(() => {
  if (composer) composer.parentElement.style.setProperty("--composer", `${composer.offsetHeight}px`);
  keepEnd();
});
for (const each of [composer, talk, said]) if (each) sizes.observe(each);

toEnd();
addEventListener("load", toEnd);
// Nothing can be sent to a chat that was deleted; what stands in the fields can still be copied.
addEventListener("desk-gone", () => {
  for (const button of document.querySelectorAll(".talk-page button:not(.link)")) button.disabled = true;
});
addEventListener("pagehide", () => {
  const token = document.querySelector("[data-form-token]").dataset.formToken;
  navigator.sendBeacon(`${here}/leave`, new URLSearchParams({ form_token: token }));
});

// The line under a field: what became of the draft; loud is what did not come from this window.
function lineOf(form) {
  const line = form.querySelector("[data-draft-line]");
  const [state, news, button] = ["state", "news", "act"].map((name) => line.querySelector(`[data-draft-${name}]`));
  return (sentence, isLoud = false, more = null) => {
    news.textContent = isLoud ? sentence : "";
    state.textContent = isLoud ? "" : sentence;
    button.hidden = !more;
    button.textContent = more?.words ?? "";
    button.onclick = () => {
      button.hidden = true;
      more?.act();
    };
  };
}

if (composer) {
  const field = composer.elements.text;
  const trouble = composer.querySelector("[data-reply-trouble]");
  const chosen = composer.querySelector("[data-chosen]");
  const left = composer.querySelector("[data-left]");
  const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  let typedAt = 0;
  let isSending = false;
  let next = null; // pressed while the message before was on its way
  let ownWords = field.value; // beside an approved answer that was chosen
  let answer = null;
  composer.elements.client_id.value = newId();
  composer.elements.tab.value = TAB;

  const complain = (sentence) => {
    trouble.textContent = sentence;
    trouble.hidden = !sentence;
  };

  // What was written while a message was on its way is the next one, not gone.
  const keepTheRest = (sent) => {
    if (answer) return show(null);
    field.value = field.value.startsWith(sent) ? field.value.slice(sent.length).trimStart() : field.value;
  };

  // An approved answer stands in the field instead of own words, which wait until it is sent or left.
  const show = (chosenOne, own = answer ? ownWords : field.value) => {
    [answer, ownWords] = [chosenOne, own];
    composer.elements.answer_id.value = answer?.id ?? "";
    composer.querySelector("[data-chosen-title]").textContent = answer?.title ?? "";
    chosen.hidden = !answer;
    field.readOnly = Boolean(answer);
    field.value = answer?.text ?? ownWords;
  };

  const choose = (chosenOne) => {
    show(chosenOne);
    field.focus();
    draft.touch();
  };

  const kept = JSON.parse(document.querySelector('[data-part="drafts"]').dataset.drafts).reply;
  if (kept?.answer) show(kept.answer, kept.text);
  const draft = new Draft("reply", {
    read: () => ({ text: answer ? ownWords : field.value, answer }),
    write: (fresh) => show(fresh.answer, fresh.text),
    tell: lineOf(composer),
  });

  composer.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (isSending) return (next = event.submitter);
    composer.elements.seen.value = draft.seen;
    const fields = new FormData(composer, event.submitter);
    const sent = field.value;
    isSending = true;
    draft.pause();
    composer.classList.add("is-sending");
    let isSent = false;
    // The same id until it went through: sending again says it once.
    try {
      const done = await post(composer.action, fields);
      if (!done) return;
      isSent = true;
      complain("");
      keepTheRest(sent);
      composer.elements.client_id.value = newId();
      typedAt = 0;
      draft.goOn({ isSent });
      if (done.path !== here) return location.assign(`${done.path}?${new URLSearchParams({ said: done.said, undo: done.undo })}`);
      // The focus stays where writing goes on: people write in several short messages.
      tell("Sent.");
      live.again();
    } catch (error) {
      next = null;
      complain(error.message);
    } finally {
      isSending = false;
      composer.classList.remove("is-sending");
      if (!isSent) draft.goOn({ isSent });
    }
    if (next && field.value.trim()) composer.requestSubmit(next);
    next = null;
  });

  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      composer.requestSubmit(composer.querySelector(event.shiftKey ? "[data-send-last]" : "[data-send]"));
    } else if (event.key === "Escape") {
      title.focus({ preventScroll: true });
    } else if (event.key === "/" && !field.value) {
      event.preventDefault();
      openAnswers();
    }
  });

  field.addEventListener("input", () => {
    draft.touch();
    const over = field.value.length - 2000;
    left.hidden = over < -200;
    left.textContent = over > 0 ? `${over} characters too many` : `${-over} characters left`;
    if (Date.now() - typedAt < 4000) return;
    typedAt = Date.now();
    post(`${here}/typing`, { typing: "yes" }).catch(() => {});
  });
  field.addEventListener("blur", () => {
    if (typedAt) post(`${here}/typing`, { typing: "no" }).catch(() => {});
    typedAt = 0;
  });

  composer.querySelector("[data-unchoose]").addEventListener("click", () => choose(null));
  composer.querySelector("[data-canned]")?.addEventListener("change", ({ target }) => {
    field.setRangeText(target.value, field.selectionStart, field.selectionEnd, "end");
    target.value = "";
    field.focus();
    draft.touch();
  });
  keepNote();
  addEventListener("desk-reply", () => field.focus());
  const openAnswers = answerPicker(here, choose);
  addEventListener("desk-answers", openAnswers);
  composer.querySelector("[data-open-answers]").addEventListener("click", openAnswers);
}

// The private note is kept like the reply; what is typed while it is saved is the next one.
function keepNote() {
  const form = document.querySelector("[data-note]");
  const field = form.elements.text;
  const draft = new Draft("note", {
    read: () => ({ text: field.value, answer: null }),
    write: ({ text }) => (field.value = text),
    tell: lineOf(form),
  });
  let sent = "";
  form.elements.tab.value = TAB;
  field.addEventListener("input", () => draft.touch());
  // Before main.js takes the fields to send them.
  form.addEventListener("submit", () => {
    sent = field.value;
    form.elements.seen.value = draft.seen;
    draft.pause();
  });
  form.addEventListener("desk-done", ({ detail: isSent }) => {
    if (isSent) field.value = field.value.startsWith(sent) ? field.value.slice(sent.length).trimStart() : field.value;
    draft.goOn({ isSent });
  });
}
