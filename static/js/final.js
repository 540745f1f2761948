// The form of a review: an answer is taken as the final value, and a remark that was missing is not
// wrong any more once somebody writes it.

import { announce, answerControls, form } from "./desk.js";
import { answersOf, fill } from "./storage.js";

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-take]");
  if (!button) return;
  const target = form();
  const name = button.dataset.take;
  const others = answersOf(target).filter(([one]) => one !== name);
  fill(target, [...others, ...JSON.parse(button.dataset.posted).map((value) => [name, value])]);
  answerControls(target).find((one) => one.name === name)?.dispatchEvent(new Event("input", { bubbles: true }));
  announce(`Final value: ${button.textContent.trim()}`);
});

document.addEventListener("input", ({ target }) => {
  if (target.id !== "n-remark" || !target.matches("[aria-invalid]")) return;
  target.removeAttribute("aria-invalid");
  target.closest("[data-wrong]").removeAttribute("data-wrong");
  document.getElementById("remark-error").remove();
});
