// The workspace and the review page: one module for each thing, started here. And Extend, which
// needs both the clock and saving: after a lapse the next save takes the item up again.

import "./swap.js";
import { arrive } from "./arrival.js";
import { extended, isLapsed } from "./clock.js";
import { form, notice } from "./desk.js";
import { save } from "./saving.js";

async function extend(control) {
  if (isLapsed()) return save({ always: true });
  const answer = await fetch(control.dataset.url, {
    method: "POST", body: new FormData(form()), redirect: "manual",
  }).catch(() => null);
  if (!answer || answer.status >= 500) return notExtended();
  if (answer.status !== 200) return save({ always: true });
  return extended(await answer.json());
}

function notExtended() {
  notice("extend", "Not extended: no connection. Press Extend again when it is back.");
}

document.addEventListener("click", (event) => {
  const control = event.target.closest("#ws-extend");
  if (control) extend(control);
});

// The time one is at an item: counted from the first act on, which tells that somebody is there.
const count = () => import("./active.js");
document.addEventListener("keydown", count, { once: true });
document.addEventListener("pointermove", count, { once: true });

// The sheet is a phone's; a window may become narrow later.
const narrow = matchMedia("(max-width: 899px)");
const sheet = () => { if (narrow.matches) import("./sheet.js"); };
narrow.addEventListener("change", sheet);
sheet();

arrive({ first: true });
