// The live part of the Progress tab asks for itself, and only while somebody can see it. A menu that
// is open, words that are selected and a control without an id are left alone until the next time.

import { say } from "./site.js";

const place = () => document.getElementById("progress-live");
let asked = performance.now();
let isLost = false;

function isBusy(live) {
  const focused = document.activeElement;
  const selection = document.getSelection();
  return Boolean(live.querySelector("details.menu[open]"))
    || (live.contains(focused) && !focused.id)
    || (!selection.isCollapsed && live.contains(selection.anchorNode));
}

function look() {
  const live = place();
  const every = Number(live?.dataset.poll) * 1000;
  if (!every || document.hidden || performance.now() - asked < every || isBusy(live)) return;
  asked = performance.now();
  live.dispatchEvent(new Event("poll"));
}

setInterval(look, 1000);
document.addEventListener("visibilitychange", look);

// What was unfolded stays so.
let open = [];
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target !== place()) return;
  open = [...place().querySelectorAll("details[open][id]")].map(({ id }) => id);
});
document.addEventListener("htmx:afterSwap", () => {
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  open = [];
  isLost = false;
});

// Said once, not at every try.
for (const failed of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(failed, ({ detail }) => {
    if (detail.elt !== place() || isLost) return;
    isLost = true;
    say("These figures aren't updating: no connection.", "warning");
  });
}
