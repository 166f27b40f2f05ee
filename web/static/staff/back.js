// Back to the page somebody came from: the browser keeps what was typed there. Without this script the link is left.
if (history.length > 1) {
  const back = document.querySelector("[data-back]");
  for (const each of [back, document.querySelector("[data-back-hint]")]) each.hidden = false;
  back.addEventListener("click", () => history.back());
  back.focus();
}
