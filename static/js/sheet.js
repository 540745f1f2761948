// On a phone the form is a sheet at the foot: it opens by its handle, a tap or a swipe, and when
// something in it is to be typed.

import { form } from "./desk.js";

const isSheet = () => matchMedia("(max-width: 899px)").matches;

function set(open) {
  const target = form();
  if (!target) return;
  target.toggleAttribute("data-open", open);
  target.querySelector("[data-sheet]")?.setAttribute("aria-expanded", String(open));
}

const open = () => set(true);
const isOpen = () => form()?.hasAttribute("data-open");

// ---- Handle, tap, swipe ------------------------------------------------------------------------

const FAR = 24; // pixels that make a swipe
const swipe = { from: null, done: false };

document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest?.("[data-sheet], .ws-foot");
  swipe.from = grip && isSheet() ? event.clientY : null;
  swipe.done = false;
});
document.addEventListener("pointermove", (event) => {
  if (swipe.from === null || Math.abs(event.clientY - swipe.from) < FAR) return;
  set(event.clientY < swipe.from);
  Object.assign(swipe, { from: null, done: true });
});
document.addEventListener("pointerup", () => { swipe.from = null; });

// The click that ends a swipe is none.
document.addEventListener("click", (event) => {
  if (!swipe.done) return;
  swipe.done = false;
  if (!event.target.closest?.("[data-sheet], .ws-foot")) return;
  event.preventDefault();
  event.stopPropagation();
}, { capture: true });

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-sheet]")) set(!isOpen());
  else if (!isOpen() && isSheet() && event.target.closest("#ws-form .answer > legend")) open();
});
document.addEventListener("keydown", (event) => {
  const inside = event.key === "Escape" && !event.isComposing && isSheet() && event.target.closest?.("#ws-form");
  if (inside && isOpen() && !document.querySelector("dialog[open]")) set(false);
});

// ---- Typing ------------------------------------------------------------------------------------

document.addEventListener("focusin", (event) => {
  if (event.target.matches("#ws-form :is(textarea, [type=text], [type=date], summary)")) open();
});
document.addEventListener("notice-shown", open);

// A keyboard on the screen covers what is fixed at the foot where the browser does not shrink the
// page by itself: the sheet stands on it, and what has the focus is scrolled into sight.
function aboveKeyboard() {
  const target = form();
  const view = window.visualViewport;
  if (!target || !view) return;
  const covered = Math.max(0, Math.round(window.innerHeight - view.height - view.offsetTop));
  // On the root: a swap would copy the form's own style, and the policy forbids style attributes.
  document.documentElement.style.setProperty("--covered", `${view.scale > 1.01 ? 0 : covered}px`);
  const typing = document.activeElement;
  if (isSheet() && typing?.matches("#ws-form :is(textarea, [type=text])")) {
    typing.scrollIntoView({ block: "nearest" });
  }
}
window.visualViewport?.addEventListener("resize", aboveKeyboard);
window.visualViewport?.addEventListener("scroll", aboveKeyboard);
