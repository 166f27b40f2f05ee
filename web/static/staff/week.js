// Weekly hours: what stands at Monday goes to the other working days in one press.
const DAYS = ["tuesday", "wednesday", "thursday", "friday"];

for (const copy of document.querySelectorAll("[data-copy-monday]")) {
  copy.hidden = false;
  copy.addEventListener("click", () => {
    const { elements } = copy.form;
    for (const field of copy.form.querySelectorAll('[name^="monday-"]')) {
      for (const day of DAYS) elements[field.name.replace("monday", day)].value = field.value;
    }
    copy.form.querySelector("[data-copied]").textContent = "Tuesday to Friday now match Monday. Save them below.";
  });
}
