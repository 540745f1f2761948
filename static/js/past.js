// Back through one's own items. The present item is hidden, not left: its form stays in the page
// with all that was typed, goes on saving, and its time goes on.

import { announce, form, isAway, past } from "./desk.js";
import { say } from "./site.js";

const place = () => document.getElementById("ws-past");
const present = () => document.getElementById("workspace");

let before = null; // what had the focus in the present item

const NOT_SHOWN = {
  offline: "Not shown: no connection. Try again when it is back.",
  server: "Not shown: the server isn't responding. Try again in a moment.",
  gone: "What you were reading has been undone or removed from the queue.",
};

export function notShown(why) {
  if (why === "gone") showPresent();
  say(NOT_SHOWN[why], "error");
}

export function show() {
  if (!place().childElementCount) return; // left again while this module was asked for
  if (!isAway()) before = document.activeElement;
  present().hidden = true;
  place().hidden = false;
  document.body.toggleAttribute("data-past", true);
  const title = place().querySelector("[data-past-title]");
  title?.focus();
  window.scrollTo(0, 0);
  announce(`Submitted before: ${title?.textContent.trim() ?? ""}`);
}

function showPresent({ swapped = false } = {}) {
  if (!isAway()) return;
  place().hidden = true;
  place().replaceChildren();
  present().hidden = false;
  document.body.toggleAttribute("data-past", false);
  if (swapped) return;
  if (before?.isConnected && before !== document.body) before.focus();
  else document.getElementById("ws-title")?.focus({ preventScroll: true });
  announce(form() ? "The current item." : "The current page.");
}

past.leave = showPresent;
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-present]")) return;
  event.preventDefault();
  showPresent();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && isAway() && !document.querySelector("dialog[open]")) showPresent();
});
