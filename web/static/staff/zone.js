// Proposes the time zone of this computer where none is known yet; one that is set to UTC is no place.
const field = document.querySelector("[data-zone]");
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
if (!field.value && zone.includes("/") && !zone.startsWith("Etc/")) field.value = zone;
