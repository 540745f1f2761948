// The current field: what digits answer, wherever the focus is. A place of its own, shown by a bar;
// it follows the focus where somebody goes into a field, and never takes it by itself.

import { announce, isAway, isSentBack } from "./desk.js";

// Fields in their order; in a review the remark is one of the places, too.
const PLACES = "#ws-form :is(.answer, [data-place])";
const all = () => [...document.querySelectorAll(PLACES)];
const shown = () => all().filter((one) => one.checkVisibility());
const isOpen = (answer) => answer.matches(".answer") && !answer.hasAttribute("data-answered");
const nameOf = (place) =>
  (place.querySelector(".answer-name") ?? place.querySelector("label"))?.textContent.trim() ?? "";

export const current = () => document.querySelector(`${PLACES}[data-current]`);

export function setCurrent(place, { scroll = true } = {}) {
  for (const other of all()) other.toggleAttribute("data-current", other === place);
  if (scroll) place?.scrollIntoView({ block: "nearest" });
}

// An item has come: the first field without an answer; of one that was sent back the first of all,
// below the remark. On a phone the item is read first.
export function setFirst() {
  const places = shown();
  const open = isSentBack() ? null : places.find(isOpen);
  setCurrent(open ?? places.find((one) => one.matches(".answer")) ?? places[0], { scroll: !isTouch() });
}

export const isTouch = () => matchMedia("(pointer: coarse)").matches;

// ---- Moving ------------------------------------------------------------------------------------

export function move(step) {
  if (isAway()) return false;
  const places = shown();
  const at = places.indexOf(current());
  const next = places[at < 0 ? 0 : at + step];
  if (next) tell(next);
  return places.length > 0;
}

// The next field without an answer, round from the last to the first. In a review the fields may be
// folded.
export function openField() {
  const places = all();
  const at = places.indexOf(current());
  const next = [...places.slice(at + 1), ...places.slice(0, at + 1)].find(isOpen);
  if (isAway() || !places.length) return false;
  if (!next) announce("Every field has an answer.");
  else {
    for (let fold = next.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    tell(next);
  }
  return true;
}

// Whoever has the focus in another field comes out of it: its keys would answer that one.
function tell(place) {
  setCurrent(place);
  const inside = document.activeElement?.closest(PLACES);
  if (inside && inside !== place) comeOut();
  const places = shown();
  const status = place.querySelector("[data-status]")?.textContent ?? "";
  announce([nameOf(place), `${places.indexOf(place) + 1} of ${places.length}`, status.toLowerCase()].filter(Boolean).join(", "));
}

// ---- Answering ---------------------------------------------------------------------------------

export function choose(key) {
  const place = current();
  const input = isAway() || !place?.checkVisibility() ? null : place.querySelector(`input[data-key="${key}"]`);
  if (!input) return false;
  input.click();
  place.scrollIntoView({ block: "nearest" });
  tellChoice(input);
  return true;
}

// Where the control has the focus, the screen reader tells it by itself.
export function tellChoice(input) {
  if (document.activeElement === input) return;
  const label = input.closest("label");
  const words = (label.querySelector(".choice-text")?.firstChild ?? label).textContent.trim();
  const state = input.type === "radio" || input.checked ? "" : ", taken back";
  announce(`${nameOf(input.closest(PLACES))}: ${words}${state}`);
}

// ---- In and out --------------------------------------------------------------------------------

// What has the focus when somebody goes into a field: of many options the box that finds one.
const ENTRY = ["[data-filter]", "input:checked", "input:not([type=hidden]), textarea, select, [data-focus]"];

export function goInto(place = current()) {
  const control = ENTRY.map((one) => place?.querySelector(one)).find(Boolean);
  control?.focus({ preventScroll: true });
  place?.scrollIntoView({ block: "nearest" });
  return Boolean(control);
}

// To the heading of the item, on which no key answers anything; it stays scrolled where it is.
export function comeOut() {
  document.getElementById("ws-title")?.focus({ preventScroll: true });
  return true;
}

// After a refusal: into a text, to type; of other fields to the field itself, so that its error is
// read, and no key with which people scroll answers it.
export function goToWrong(answer) {
  if (!answer) return;
  if (answer.querySelector("textarea, input[type=text], input[type=date]")) return void goInto(answer);
  answer.tabIndex = -1;
  answer.focus({ preventScroll: true });
  answer.scrollIntoView({ block: "nearest" });
}

document.addEventListener("focusin", (event) => {
  const place = event.target.closest?.(PLACES);
  if (place) setCurrent(place, { scroll: false });
});

// Of several one goes on finding; of one, the answer is given.
document.addEventListener("option-found", ({ detail }) => {
  if (detail.type === "radio") comeOut();
  detail.closest(".choice").scrollIntoView({ block: "nearest" });
  tellChoice(detail);
});

// ---- The pointer -------------------------------------------------------------------------------

// A click on an option chooses, and the hands are in the item again. By touch nothing moves: a
// screen reader would follow.
let pointed = false;

document.addEventListener("pointerdown", (event) => { pointed = event.pointerType === "mouse"; });
document.addEventListener("keydown", () => { pointed = false; }, { capture: true });
document.addEventListener("click", (event) => {
  const place = pointed && event.target.closest?.(PLACES);
  if (!place) return;
  setCurrent(place, { scroll: false });
  if (event.target.matches("[type=radio], [type=checkbox]")) setTimeout(comeOut);
});
document.addEventListener("answer-cleared", (event) => {
  if (pointed && !event.target.querySelector("textarea, [type=text], [type=date], [data-ranking]")) comeOut();
});
