// The form that corrects one's own answers is not saved as one types: leaving it asks first. What was
// sent is kept in the tab, so that it stands in the form again where it never arrived: signed out
// meanwhile, no connection.

import { recall, remember } from "./site.js";
import { answersOf, fill, isTouched, told } from "./storage.js";

const form = document.getElementById("correct");
const KEPT = `annotate ${form.dataset.item} ${form.dataset.person} ${form.elements.round.value}`;
let sending = false;

// Once, and into the very answers that it was made from. After that the form asks by itself.
function restore() {
  const mine = JSON.parse(recall("sessionStorage", KEPT));
  remember("sessionStorage", KEPT, null);
  if (mine?.version !== form.elements.version.value) return;
  if (told(mine.answers) === told(answersOf(form))) return;
  fill(form, mine.answers);
  form.querySelector("[data-restored]").hidden = false;
}
restore();

form.addEventListener("submit", () => {
  sending = true;
  const kept = { version: form.elements.version.value, answers: answersOf(form) };
  remember("sessionStorage", KEPT, JSON.stringify(kept));
});
window.addEventListener("pageshow", () => { sending = false; });
window.addEventListener("beforeunload", (event) => {
  if (!sending && (form.hasAttribute("data-unsaved") || isTouched(form))) event.preventDefault();
});
