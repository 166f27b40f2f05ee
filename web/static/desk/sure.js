// Asks before something that cannot be taken back: staying is what Enter and Escape do.
const box = document.querySelector("[data-sure]");

export function isSure(sentence, yes) {
  if (!box) return Promise.resolve(confirm(sentence));
  if (box.open) return Promise.resolve(false); // asked already: one answer at a time
  box.querySelector("[data-sure-sentence]").textContent = sentence;
  box.querySelector("[data-sure-yes]").textContent = yes;
  box.returnValue = "";
  box.showModal();
  return new Promise((answer) => box.addEventListener("close", () => answer(box.returnValue === "yes"), { once: true }));
}
