// Signs without leaving the page: the next answer is under the cursor at once.
const live = document.querySelector("[data-live]");
const left = document.querySelector("[data-left]");

async function press(form) {
  const sheet = form.closest("[data-sheet]");
  const problem = sheet.querySelector("[data-problem]");
  const button = form.querySelector("button");
  button.disabled = true;
  problem.hidden = true;
  try {
    const response = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      headers: { accept: "application/json" },
    });
    const told = await response.json();
    if (!response.ok) throw new Error(told.error);
    done(sheet, told.said);
  } catch (error) {
    problem.textContent = error instanceof TypeError ? "The server cannot be reached just now. Nothing was changed." : error.message;
    problem.hidden = false;
    button.disabled = false;
    button.focus();
  }
}

function done(sheet, said) {
  const title = sheet.querySelector("h2").textContent;
  const line = document.createElement("p");
  line.className = "done-line";
  line.textContent = `${title} ${said}`;
  sheet.replaceChildren(line);
  sheet.classList.add("is-done");
  live.textContent = line.textContent;
  left.textContent = String(document.querySelectorAll("[data-sheet]:not(.is-done)").length);
  let next = sheet.nextElementSibling;
  while (next && next.classList.contains("is-done")) next = next.nextElementSibling;
  const heading = next?.querySelector("h2");
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus();
  heading.scrollIntoView({ block: "start" });
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-sign]")) return;
  event.preventDefault();
  press(event.target);
});
