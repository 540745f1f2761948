// Reading by keyboard: from message to message, from one failed step to the next, all folds at once.

import { announce, isAway } from "./desk.js";
import { scrollers } from "./item_views.js";

const UNDER = 16; // pixels between the edge and what is shown

const item = () => document.querySelector(isAway() ? "#ws-past .ws-item" : "#ws-item")
  ?? document.querySelector("[data-reading]");
const scroller = () => scrollers(item())[0];
// Of what scrolls: where its content begins to be seen.
const edge = (box) => (box === document.scrollingElement ? bar() : box.getBoundingClientRect().top);
const bar = () => document.getElementById("bar")?.getBoundingClientRect().bottom ?? 0;

// ---- From message to message -------------------------------------------------------------------

const inSight = (selector) => [...item().querySelectorAll(selector)].filter((one) => one.checkVisibility());
const topOf = (one, box) => one.getBoundingClientRect().top - edge(box) - UNDER;

// The focus goes along, so that a screen reader reads on from there, and Tab goes on from there.
function show(one, box) {
  box.scrollTop += topOf(one, box);
  one.tabIndex = -1;
  one.focus({ preventScroll: true });
}

const isSeen = (one, box) => {
  const { top, bottom } = one.getBoundingClientRect();
  return bottom > edge(box) && top < edge(box) + box.clientHeight;
};

export function turn(step) {
  const box = scroller();
  const turns = inSight(".turn");
  if (!turns.length) return announce("This item has no messages.");
  const at = turns.findIndex((one) => one === document.activeElement && isSeen(one, box));
  const below = turns.findIndex((one) => topOf(one, box) > 1);
  const above = turns.findLastIndex((one) => topOf(one, box) < -1);
  const next = at < 0 ? turns[step > 0 ? below : above] : turns[at + step];
  if (!next) return announce(step > 0 ? "This is the last message." : "This is the first message.");
  return show(next, box);
}

// ---- Failed steps ------------------------------------------------------------------------------

let last = null; // the one that was shown, or the place where it was

export function failed() {
  const box = scroller();
  const all = [...item().querySelectorAll("[data-failure]")];
  if (!all.length) return announce("No step failed.");
  const next = all[(all.indexOf(last) + 1) % all.length];
  last = next;
  for (let fold = next; fold && item().contains(fold); fold = fold.parentElement) {
    if (fold.matches("details")) fold.open = true;
  }
  show(next, box);
  return announce(`Failed step ${all.indexOf(next) + 1} of ${all.length}`);
}

// ---- Folds -------------------------------------------------------------------------------------

export function folds() {
  const box = scroller();
  const all = [...item().querySelectorAll(".reading details")];
  const open = all.some((fold) => !fold.open);
  const seen = inSight(".turn").find((one) => one.getBoundingClientRect().bottom > edge(box));
  const before = seen && topOf(seen, box);
  for (const fold of all) fold.open = open;
  if (seen) box.scrollTop += topOf(seen, box) - before;
  for (const button of document.querySelectorAll("[data-folds]")) button.setAttribute("aria-pressed", String(open));
  announce(open ? "Everything is open." : "Everything is closed.");
}
