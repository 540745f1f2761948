// An item has come: by a page load, by a swap, or the same one again with what is missing.

import { comeOut, goToWrong, setFirst } from "./current.js";
import { announce, desk, form, hush, isSentBack, past } from "./desk.js";
import { dressCaps } from "./keys.js";
import { fresh } from "./saving.js";
import { startClock, stopClock } from "./clock.js";

const MOMENT = 500; // milliseconds: nobody has judged an item any sooner

let moment = 0;

// `again`: the same item and the same hold, with something missing. `first`: by a page load; a form
// that the server has marked as new was preceded by another, as each review is by the one before.
export function arrive({ again = false, first = false } = {}) {
  dressCaps();
  hush();
  if (again) return showMissing();
  past.leave?.({ swapped: true });
  offerUndo();
  arm(first && !form()?.hasAttribute("data-new"));
  clearTimeout(moment);
  moment = setTimeout(() => arm(), MOMENT);
  fresh();
  if (form()) showItem(first);
  else showEnd();
}

// An item that has just come says so, as `data-new`, until something sent can be meant for it.
function arm(armed = true) {
  desk.armed = armed;
  form()?.toggleAttribute("data-new", !armed);
}

// Who has touched the item means it.
for (const type of ["input", "pointerdown"]) {
  document.addEventListener(type, (event) => {
    if (event.target.closest?.("#ws-item, #ws-fields")) arm();
  });
}

function showItem(first) {
  startClock();
  document.getElementById("ws-item").scrollTop = 0;
  if (!first) window.scrollTo(0, 0);
  setFirst();
  if (!first || !isAnswering()) comeOut();
  const title = document.getElementById("ws-title").textContent.trim();
  const why = form().dataset.why || (isSentBack() ? "Sent back by a reviewer." : "");
  announce(`${first ? "Item" : "Next item"}: ${title}. ${why}`.trim());
}

// In a field since before these scripts came. (After a swap, htmx has put the focus in the field
// where it was in the item before.)
const isAnswering = () => Boolean(document.activeElement?.closest("#ws-form .answer"));

function showEnd() {
  const title = document.querySelector(".ws-end .empty-title");
  stopClock();
  if (document.activeElement?.matches("[autofocus]")) return;
  title?.focus();
  announce([title, title?.nextElementSibling].map((one) => one?.textContent.trim() ?? "").join(". "));
}

// All that was missing is there: nothing says any more that it is not.
document.addEventListener("input", () => {
  const said = document.querySelector("#ws-notice > .wrong");
  if (!said || document.querySelector("#ws-form .answer[data-wrong]")) return;
  said.remove();
  hush();
});

function showMissing() {
  const wrong = document.querySelector("#ws-form [data-wrong]");
  goToWrong(wrong);
  const text = (one) => one?.textContent.trim() ?? "";
  const said = text(document.querySelector("#ws-notice > .wrong"));
  const name = text(wrong?.querySelector(".answer-name, label"));
  announce(`${said && `Not submitted. ${said}`} ${name}: ${text(wrong?.querySelector(".answer-error"))}`.trim(), { atOnce: true });
}

// Undo is offered for so long as the server takes it. An offer that was swapped away is let go.
let offered = 0;

function offerUndo() {
  clearTimeout(offered);
  const offer = document.getElementById("ws-undo");
  if (!offer) return;
  offered = setTimeout(() => {
    if (offer.contains(document.activeElement)) document.getElementById("ws-title")?.focus({ preventScroll: true });
    offer.remove();
    document.querySelector("[data-undoes]")?.remove();
  }, Number(offer.dataset.seconds) * 1000);
}
