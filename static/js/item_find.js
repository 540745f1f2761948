// Find in the item: counts the matches, marks them without touching the page's HTML, opens the folds
// that hold one. A browser without highlights counts and shows the matches, unmarked: a selection
// instead would take the keyboard from the box.

import { scrollers } from "./item_views.js";

const MOST = 10_000;
const WAIT = 120;
// Buttons, heads, and the lines of folds: they repeat what is inside.
const UNSAID = "button, kbd, .sr-only, .row-tools, .turn-head, .part-head .copy, .tool-line, .fold-says, .json-peek, .json-hint";
const BLOCKS = "p, li, tr, pre, .raw-piece, h1, h2, h3, h4, h5, h6, summary, blockquote, article, section, div";

const found = { text: "", ranges: [], at: -1, timer: 0, opened: [], part: false };

const bar = () => document.querySelector("[data-find]");
const box = () => bar()?.querySelector("[data-find-text]");

function close() {
  bar().hidden = true;
  const opener = document.querySelector("[data-find-open]");
  opener?.setAttribute("aria-expanded", "false");
  opener?.focus({ preventScroll: true });
  forget();
  found.opened = [];
}

// Another item has come, or the bar is closed: nothing may hold on to nodes that are gone.
export function forget() {
  clearTimeout(found.timer);
  Object.assign(found, { text: "", ranges: [], at: -1, part: false });
  found.opened = found.opened.filter((fold) => fold.isConnected);
  CSS.highlights?.delete("find");
  CSS.highlights?.delete("find-here");
}

// The bar has been opened, or the other view is shown now.
export function refresh() {
  if (bar() && !bar().hidden && box().value) search();
}

// ---- Searching ---------------------------------------------------------------------------------

// Lower case of the same length, so that places in it are places in the text.
function folded(text) {
  const lower = text.toLowerCase().replace(/\s/g, " ");
  if (lower.length === text.length) return lower;
  return [...text].map((one) => (one.toLowerCase().length === one.length ? one.toLowerCase() : one)).join("");
}

// All text that is there to be read, folded or not, with the node that each stretch is from. What
// stands in another block is another line: nothing matches across.
function textOf(root) {
  const nodes = [];
  const starts = [];
  const pieces = [];
  let length = 0;
  let block = null;
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const parent = node.parentElement;
    if (parent.closest(UNSAID)) continue;
    const within = parent.closest(BLOCKS);
    if (within !== block && length) {
      pieces.push("\n");
      length += 1;
    }
    block = within;
    nodes.push(node);
    starts.push(length);
    pieces.push(folded(node.data));
    length += node.data.length;
  }
  return { nodes, starts, text: pieces.join("") };
}

function nodeAt(starts, place) {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (starts[middle] <= place) low = middle;
    else high = middle - 1;
  }
  return low;
}

function rangesOf(root, wanted) {
  const { nodes, starts, text } = textOf(root);
  const ranges = [];
  for (let at = text.indexOf(wanted); at >= 0 && ranges.length < MOST; at = text.indexOf(wanted, at + wanted.length)) {
    const first = nodeAt(starts, at);
    const last = nodeAt(starts, at + wanted.length - 1);
    const range = document.createRange();
    range.setStart(nodes[first], at - starts[first]);
    range.setEnd(nodes[last], at + wanted.length - starts[last]);
    ranges.push(range);
  }
  return ranges;
}

function search() {
  clearTimeout(found.timer);
  const view = document.querySelector("[data-item-view]");
  const wanted = folded(box().value);
  forget();
  if (!wanted.trim()) return none("");
  const root = view.querySelector("[data-raw]:not([hidden]) [data-raw-text]") ?? view.querySelector("[data-reading]");
  found.text = wanted;
  found.ranges = rangesOf(root, wanted);
  CSS.highlights?.set("find", new Highlight(...found.ranges));
  found.part = isPart(root);
  if (!found.ranges.length) return none(found.part ? "No match in the part that is shown" : "No match");
  return show(firstInSight());
}

// Not all of the item is in the page.
const isPart = (root) => Boolean(
  root.querySelector(".reading-cut, .reading-left, .json-cut")
  || root.closest("[data-raw]")?.querySelector("[data-raw-note]").textContent,
);

// The first match from where one is reading on.
function firstInSight() {
  const [scroller] = scrollers(document.querySelector("[data-item-view]").parentElement);
  const top = scroller === document.scrollingElement ? 0 : scroller.getBoundingClientRect().top;
  return Math.max(0, found.ranges.findIndex((range) => {
    const place = range.getBoundingClientRect();
    return place.height > 0 && place.top >= top;
  }));
}

function none(text) {
  foldAgain(null);
  count(text);
}

// What was opened for a match is folded again once another one is shown.
function foldAgain(range) {
  found.opened = found.opened.filter((fold) => {
    const holds = range !== null && fold.contains(range.startContainer);
    if (!holds) fold.open = false;
    return holds;
  });
}

function show(number) {
  found.at = number;
  const range = found.ranges[number];
  const more = found.ranges.length === MOST ? "+" : "";
  const part = found.part ? " in the part that is shown" : "";
  count(`${(number + 1).toLocaleString("en")} of ${found.ranges.length.toLocaleString("en")}${more}${part}`);
  foldAgain(range);
  for (let fold = range.startContainer.parentElement; fold; fold = fold.parentElement) {
    if (!fold.matches("details:not([open])") || inSummary(range, fold)) continue;
    fold.open = true;
    found.opened.push(fold);
  }
  mark(range);
  bringIntoView(range);
}

const inSummary = (range, fold) =>
  fold.querySelector(":scope > summary")?.contains(range.startContainer);

function mark(range) {
  CSS.highlights?.set("find-here", Object.assign(new Highlight(range), { priority: 1 }));
}

const SHEET = 112; // what the form covers of a phone's page

// The innermost box first; each is moved only if needed, and then to a third of its height.
function bringIntoView(range) {
  for (const scroller of scrollers(range.startContainer.parentElement)) {
    const place = range.getBoundingClientRect();
    const whole = scroller === document.scrollingElement;
    const seen = whole ? { top: 0, bottom: innerHeight - SHEET } : scroller.getBoundingClientRect();
    const under = bar().getBoundingClientRect().height + 16;
    if (place.top < seen.top + under || place.bottom > Math.min(seen.bottom, innerHeight)) {
      scroller.scrollTop += place.top - seen.top - (Math.min(seen.bottom, innerHeight) - seen.top) / 3;
    }
  }
}

function count(text) {
  const place = bar().querySelector("[data-find-count]");
  place.textContent = text;
  place.toggleAttribute("data-part", found.part && text !== "");
}

function step(by) {
  if (folded(box().value) !== found.text) return search();
  const all = found.ranges.length;
  if (all) show((found.at + by + all) % all);
  return undefined;
}

// ---- The bar -----------------------------------------------------------------------------------

document.addEventListener("input", (event) => {
  if (event.target !== box()) return;
  clearTimeout(found.timer);
  found.timer = setTimeout(search, WAIT);
});

document.addEventListener("keydown", (event) => {
  if (!event.target.closest?.("[data-find]") || event.isComposing) return;
  if (event.key === "Escape") close();
  else if (event.key === "Enter" && event.target === box() && !event.ctrlKey && !event.metaKey) {
    step(event.shiftKey ? -1 : 1);
  } else return;
  event.preventDefault();
  event.stopPropagation();
}, { capture: true });

document.addEventListener("click", (event) => {
  const stepper = event.target.closest?.("[data-find-step]");
  if (stepper) step(Number(stepper.dataset.findStep));
  if (event.target.closest?.("[data-find-close]")) close();
});
