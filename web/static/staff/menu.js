// On a narrow screen the menu folds behind a button; without this script it is simply open.
const button = document.querySelector("[data-menu-button]");
const menu = document.querySelector("[data-menu]");
const narrow = matchMedia("(width < 60rem)");

function show(open) {
  menu.hidden = !open;
  button.setAttribute("aria-expanded", String(open));
}

function fit() {
  button.hidden = !narrow.matches;
  show(!narrow.matches);
  if (!narrow.matches) menu.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
}

button.addEventListener("click", () => show(menu.hidden));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !narrow.matches || menu.hidden) return;
  show(false);
  button.focus();
});
narrow.addEventListener("change", fit);
fit();

// Forms of the frame come back to the page they were sent from.
for (const field of menu.querySelectorAll('input[name="next"]')) field.value = location.pathname + location.search;
