// Back through one's own items. The present item is hidden, not left: its form stays in the page
// with all that was typed, goes on saving, and its time goes on.

import { announce, form, isAway } from "./desk.js";

const place = () => document.getElementById("ws-past");
const present = () => document.getElementById("workspace");

let before = null; // what had the focus in the present item

function show() {
  if (!isAway()) before = document.activeElement;
  present().hidden = true;
  place().hidden = false;
  document.body.toggleAttribute("data-past", true);
  const title = place().querySelector("[data-past-title]");
  title?.focus();
  window.scrollTo(0, 0);
  announce(`Submitted before: ${title?.textContent.trim() ?? ""}`);
}

export function showPresent({ swapped = false } = {}) {
  if (!isAway()) return;
  place().hidden = true;
  place().replaceChildren();
  present().hidden = false;
  document.body.toggleAttribute("data-past", false);
  if (swapped) return;
  if (before?.isConnected && before !== document.body) before.focus();
  else document.getElementById("ws-title")?.focus({ preventScroll: true });
  announce(form() ? "The present item." : "The present page.");
}

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target === place() && place().childElementCount) show();
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.target !== place()) return;
  const { status } = event.detail.xhr;
  if (status === 204) announce("You have submitted nothing here yet.");
});
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-present]")) return;
  event.preventDefault();
  showPresent();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && isAway() && !document.querySelector("dialog[open]")) showPresent();
});
