// From one trace of a list to the next by an arrow key, while nothing on the page wants the arrows:
// what has the focus is the page itself, or one of the two links.

import { keysAreOff } from "./site.js";

const isFree = ({ target }) => target === document.body || target.matches?.("main, .neighbours *");

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.repeat || event.isComposing || keysAreOff()) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (!isFree(event) || document.querySelector("dialog[open]")) return;
  const link = document.querySelector(`[data-neighbour="${CSS.escape(event.key)}"]`);
  if (!link) return;
  event.preventDefault();
  link.click();
});
