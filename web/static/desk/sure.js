// Asks before something that cannot be taken back: staying is what Enter and Escape do.
const box = document.querySelector("[data-sure]");
const room = box?.querySelector("[data-sure-choices]");

// Enter among the choices goes on to the button: by itself it would press the form's first one, Cancel.
room?.addEventListener("keydown", (press) => {
  if (press.key !== "Enter") return;
  press.preventDefault();
  if (room.querySelector("input:checked")) box.querySelector("[data-sure-yes]").focus();
});

// The answer is whether they mean it; with `choices` (name: title) the name of the one they chose.
export function isSure(sentence, yes, choices) {
  if (!box) return Promise.resolve(!choices && confirm(sentence));
  if (box.open) return Promise.resolve(false); // asked already: one answer at a time
  box.querySelector("[data-sure-sentence]").textContent = sentence;
  const button = box.querySelector("[data-sure-yes]");
  button.textContent = yes;
  button.disabled = Boolean(choices);
  room.hidden = !choices;
  room.replaceChildren(...Object.entries(choices ?? {}).map((choice) => radio(...choice, () => (button.disabled = false))));
  box.returnValue = "";
  box.showModal();
  room.querySelector("input")?.focus(); // nothing is chosen by it; arrows and the space bar choose
  const chosen = () => room.querySelector("input:checked")?.value;
  return new Promise((answer) => {
    box.addEventListener("close", () => answer(box.returnValue === "yes" && (choices ? chosen() : true)), { once: true });
  });
}

function radio(name, title, onChosen) {
  const label = document.createElement("label");
  const input = Object.assign(document.createElement("input"), { type: "radio", name: "outcome", value: name });
  const words = document.createElement("span");
  label.className = "check";
  words.textContent = title;
  input.addEventListener("change", onChosen);
  label.append(input, words);
  return label;
}
