// Approved answers: search as you type, arrows and Enter, or press one.
import { get } from "./api.js";

// The answer opens the box; `take` gets the answer that was chosen.
export function answerPicker(here, take) {
  const box = document.querySelector("[data-answers]");
  const words = box.querySelector("[data-answer-words]");
  const list = box.querySelector("[data-answer-list]");
  const hint = box.querySelector("[data-answer-hint]");
  let asked = 0;

  async function search() {
    const mine = (asked += 1);
    try {
      const { answers } = await get(`${here}/answers?q=${encodeURIComponent(words.value)}`);
      if (mine === asked) offer(answers);
    } catch (error) {
      hint.textContent = error.message;
    }
  }

  function offer(answers) {
    hint.textContent = answers.length ? `${answers.length} found. Enter takes the first.` : "No approved answer has these words.";
    list.replaceChildren(...answers.map((each) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.className = "answer";
      const name = document.createElement("strong");
      name.textContent = each.title;
      const text = document.createElement("span");
      text.textContent = each.text;
      button.append(name, text);
      button.addEventListener("click", () => {
        box.close();
        take(each);
      });
      item.append(button);
      return item;
    }));
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

  return () => {
    words.value = "";
    box.showModal();
    search();
  };
}
