// The form that corrects one's own answers is not saved as one types: leaving it asks first. What was
// sent is kept in the tab, so that it stands in the form again where it never arrived: signed out
// meanwhile, no connection.

import { answersOf, drop, fill, isTouched, keep, kept, told } from "./storage.js";

const form = document.getElementById("correct");
let sending = false;

// Once, and into the very answers that it was made from. After that the form asks by itself.
function restore() {
  const mine = kept(form);
  drop(form);
  if (mine?.version !== form.elements.version.value) return;
  if (told(mine.answers) === told(answersOf(form))) return;
  fill(form, mine.answers);
  form.querySelector("[data-restored]").hidden = false;
}
restore();

form.addEventListener("submit", () => {
  sending = true;
  keep(form, []);
});
window.addEventListener("pageshow", () => { sending = false; });
window.addEventListener("beforeunload", (event) => {
  if (!sending && (form.hasAttribute("data-unsaved") || isTouched(form))) event.preventDefault();
});
