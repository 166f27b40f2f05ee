// Larger text: everything in the chat is measured in them. The choice is kept, as the language is.
import { memory } from "./memory.js";

// In percent of the browser's own letters.
const SIZES = [100, 125, 150, 200];

export function chooseLetters({ menu, letters }, onChange) {
  const buttons = [...menu.querySelectorAll("[data-step]")];
  const next = (button) => SIZES.indexOf(size) + Number(button.dataset.step);
  let size = SIZES.find((each) => each === memory.get("letters")) ?? SIZES[0];
  const show = () => {
    letters.textContent = document.documentElement.style.fontSize = `${size}%`;
    for (const button of buttons) button.setAttribute("aria-disabled", String(!SIZES[next(button)]));
    onChange();
  };
  for (const button of buttons) {
    button.addEventListener("click", () => {
      size = SIZES[next(button)] ?? size;
      memory.set("letters", size);
      show();
    });
  }
  show();
}
