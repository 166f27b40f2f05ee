// Proposes the time zone of this computer where none is known yet.
const field = document.querySelector("[data-zone]");
if (!field.value) field.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
