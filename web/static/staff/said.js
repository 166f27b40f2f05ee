// After a deed the page begins with a sentence about it: the keyboard goes on from there, a reader hears it.
const said = document.querySelector(".note[role=status]:not([hidden]), .note[role=alert]:not([hidden])");
if (said && document.activeElement === document.body && !location.hash) {
  said.tabIndex = -1;
  said.focus();
}
