// The conversation's page: reply, approved answers, canned replies, and who is typing.
import { get, post } from "./api.js";
import { alerts, live, tell } from "./main.js";

const here = document.querySelector("[data-conversation]").dataset.conversation;
const composer = document.querySelector("[data-composer]");
const talk = document.querySelector('[data-part="talk"]');
const title = document.querySelector("[data-talk-title]");
let lastSeen = talk.lastElementChild?.dataset.key;

addEventListener("desk-fresh", () => {
  sayWhom();
  const last = talk.lastElementChild;
  if (!last || last.dataset.key === lastSeen) return;
  lastSeen = last.dataset.key;
  if (last.classList.contains("by-visitor") && document.querySelector("[data-pulse][data-mine]")) alerts.tell("words");
  toEnd();
});

// Whom it goes to may become known while one writes.
function sayWhom() {
  const { whom } = document.querySelector('[data-part="state"]').dataset;
  const shown = document.querySelectorAll("[data-whom-shown]");
  document.title = document.title.replace(shown[0].textContent, whom);
  for (const place of shown) place.textContent = whom;
}

function toEnd() {
  talk.scrollTop = talk.scrollHeight;
}

toEnd();
addEventListener("load", toEnd);
addEventListener("pagehide", () => {
  const token = document.querySelector("[data-form-token]").dataset.formToken;
  navigator.sendBeacon(`${here}/leave`, new URLSearchParams({ form_token: token }));
});

if (composer) {
  const field = composer.elements.text;
  const trouble = composer.querySelector("[data-reply-trouble]");
  const chosen = composer.querySelector("[data-chosen]");
  const left = composer.querySelector("[data-left]");
  const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  let typedAt = 0;
  let isSending = false;
  let next = null; // pressed while the message before was on its way
  composer.elements.client_id.value = newId();

  const complain = (sentence) => {
    trouble.textContent = sentence;
    trouble.hidden = !sentence;
  };

  // What was written while a message was on its way is the next one, not gone.
  const keepTheRest = (sent) => {
    const rest = field.value.startsWith(sent) ? field.value.slice(sent.length).trimStart() : field.value;
    const wasHere = document.activeElement === field;
    choose(null);
    field.value = rest;
    if (!wasHere) field.blur();
  };

  const choose = (answer) => {
    composer.elements.answer_id.value = answer?.id ?? "";
    composer.querySelector("[data-chosen-title]").textContent = answer?.title ?? "";
    chosen.hidden = !answer;
    field.readOnly = Boolean(answer);
    field.value = answer?.text ?? "";
    field.focus();
  };

  composer.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (isSending) return (next = event.submitter);
    const fields = new FormData(composer, event.submitter);
    const sent = field.value;
    isSending = true;
    // The same id until it went through: sending again says it once.
    try {
      const answer = await post(composer.action, fields);
      if (!answer) return;
      complain("");
      keepTheRest(sent);
      composer.elements.client_id.value = newId();
      typedAt = 0;
      if (answer.path !== here) return location.assign(`${answer.path}?said=${encodeURIComponent(answer.said)}`);
      // The focus stays where writing goes on: people write in several short messages.
      tell("Sent.");
      live.again();
    } catch (error) {
      next = null;
      complain(error.message);
    } finally {
      isSending = false;
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
  });
  addEventListener("desk-reply", () => field.focus());
  addEventListener("desk-answers", () => openAnswers());
  composer.querySelector("[data-open-answers]").addEventListener("click", () => openAnswers());

  // Approved answers: search as you type, arrows and Enter, or press one.
  const box = document.querySelector("[data-answers]");
  const words = box.querySelector("[data-answer-words]");
  const list = box.querySelector("[data-answer-list]");
  const hint = box.querySelector("[data-answer-hint]");
  let asked = 0;

  function openAnswers() {
    words.value = "";
    box.showModal();
    search();
  }

  async function search() {
    const mine = (asked += 1);
    try {
      const { answers } = await get(`${here}/answers?q=${encodeURIComponent(words.value)}`);
      if (mine === asked) show(answers);
    } catch (error) {
      hint.textContent = error.message;
    }
  }

  function show(answers) {
    hint.textContent = answers.length ? `${answers.length} found. Enter takes the first.` : "No approved answer has these words.";
    list.replaceChildren(...answers.map((answer) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.className = "answer";
      const name = document.createElement("strong");
      name.textContent = answer.title;
      const text = document.createElement("span");
      text.textContent = answer.text;
      button.append(name, text);
      button.addEventListener("click", () => take(answer));
      item.append(button);
      return item;
    }));
  }

  function take(answer) {
    box.close();
    choose(answer);
  }

  words.addEventListener("input", search);
  words.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      list.querySelector("button")?.click();
    } else if (event.key === "ArrowDown") {
      event.preventDefault();
      list.querySelector("button")?.focus();
    }
  });
  list.addEventListener("keydown", (event) => {
    const buttons = [...list.querySelectorAll("button")];
    const next = buttons.indexOf(document.activeElement) + { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (Number.isNaN(next)) return;
    event.preventDefault();
    (buttons[next] ?? words).focus();
  });
}
