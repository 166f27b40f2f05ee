// Counts what is ticked, and lets Shift tick a whole run.
for (const form of document.querySelectorAll("[data-arrange]")) {
  const boxes = [...form.querySelectorAll('input[type="checkbox"]')];
  const count = form.querySelector("[data-count]");
  let last = null;
  const tell = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    count.textContent = ticked ? `(${ticked})` : "";
  };
  for (const box of boxes) {
    box.addEventListener("click", (event) => {
      if (event.shiftKey && last) {
        const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
        for (const between of boxes.slice(from, to + 1)) between.checked = box.checked;
      }
      last = box;
      tell();
    });
  }
  tell();
}
