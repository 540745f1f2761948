// One item to read: find, raw view, trees, copying. Nothing here remembers an item: each is swapped
// in as a whole, and the modules look for what is on the page now.

import { typing } from "./item_keys.js";
import { forget, open as openFind } from "./item_find.js";
import { toggleRaw } from "./item_raw.js";
import { dressTrees } from "./item_tree.js";
import { dressCode } from "./item_copy.js";

const SEEN = "annotate parts seen";

// A part that repeats is open the first time that this tab shows it, folded from then on. Kept is
// its mark, never its text.
function openNewParts(root) {
  const seen = new Set(JSON.parse(sessionStorage.getItem(SEEN) ?? "[]"));
  const before = seen.size;
  for (const part of root.querySelectorAll("#ws-item details.repeat[data-part]")) {
    if (!seen.has(part.dataset.part)) part.open = true;
    seen.add(part.dataset.part);
  }
  if (seen.size > before) sessionStorage.setItem(SEEN, JSON.stringify([...seen].slice(-500)));
}

function dress() {
  forget();
  openNewParts(document);
  dressTrees(document);
  dressCode(document);
}

// A swap is under way, or a dialog has the keyboard.
const busy = () => document.querySelector(
  "dialog[open], body:is(.htmx-request, [data-swapping]),"
  + " #workspace:is(.htmx-request, [data-swapping]), #ws-form.htmx-request",
);

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.repeat || busy()) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.getModifierState("AltGraph")) return;
  if (typing(event.target) || !document.querySelector("[data-item-view]")) return;
  if (event.key === "/") openFind();
  else if (event.key.toLowerCase() === "r") toggleRaw();
  else return;
  event.preventDefault();
});

document.addEventListener("click", (event) => {
  const raw = event.target.closest?.("[data-raw-toggle]");
  if (raw && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    toggleRaw();
  }
  if (event.target.closest?.("[data-find-open]")) openFind();
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.querySelector?.(".reading")) dress();
});
dress();
