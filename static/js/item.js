// One item to read: find, raw view, trees, copying. Nothing here remembers an item: each is swapped
// in as a whole, and the modules look for what is on the page now.

import { keysAreOff, recall, remember, say } from "./site.js";

const SEEN = "annotate parts seen";
// Apart for each person and queue.
const seenHere = () => {
  const { person = "", queue = "" } = document.getElementById("ws-form")?.dataset ?? {};
  return `${SEEN} ${person} ${queue}`;
};

// Fetched when they are first wanted.
const later = {
  find: { fetch: () => import("./item_find.js"), module: null },
  raw: { fetch: () => import("./item_raw.js"), module: null },
  tree: { fetch: () => import("./item_tree.js"), module: null },
  copy: { fetch: () => import("./item_copy.js"), module: null },
  moves: { fetch: () => import("./moves.js"), module: null },
};

async function use(name, act) {
  try {
    later[name].module ??= await later[name].fetch();
  } catch {
    return say("Not loaded: no connection. Try again when it is back.", "error");
  }
  return act(later[name].module);
}

// The bar takes what is typed at once, whatever is still on its way.
function openFind() {
  const bar = document.querySelector("[data-find]");
  if (!bar) return;
  bar.hidden = false;
  document.querySelector("[data-find-open]")?.setAttribute("aria-expanded", "true");
  const box = bar.querySelector("[data-find-text]");
  box.focus();
  box.select();
  use("find", (find) => find.refresh());
}

const toggleRaw = () => use("raw", (raw) => raw.toggleRaw());

// A part that repeats, and a long system message, is open the first time that a person meets it in a
// queue, folded from then on. Kept is its mark, never its text.
function openNewParts(root) {
  const seen = new Set(JSON.parse(recall("localStorage", seenHere()) ?? "[]"));
  const before = seen.size;
  for (const part of root.querySelectorAll("#ws-item details[data-part]")) {
    if (!seen.has(part.dataset.part)) part.open = true;
    seen.add(part.dataset.part);
  }
  if (seen.size === before) return;
  remember("localStorage", seenHere(), JSON.stringify([...seen].slice(-500)));
}

// Of the buttons of messages and code one is a stop of the Tab key; arrows go on from it.
const COPIES = ".reading :is([data-copy-turn], [data-copy-code], [data-wrap-code])";
const copies = () => [...document.querySelectorAll(COPIES)].filter((one) => one.checkVisibility());

function stopAt(button) {
  for (const other of document.querySelectorAll(`${COPIES}[tabindex="0"]`)) {
    other.tabIndex = -1;
    other.removeAttribute("title");
  }
  if (!button) return;
  button.tabIndex = 0;
  button.title = "Arrow keys go to the other buttons";
}

const STEPS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

document.addEventListener("keydown", (event) => {
  if (!(event.key in STEPS) || !event.target.matches?.(COPIES)) return;
  const all = copies();
  const next = all[all.indexOf(event.target) + STEPS[event.key]];
  event.preventDefault();
  event.stopPropagation();
  if (!next) return;
  stopAt(next);
  next.focus();
}, { capture: true });

document.addEventListener("focusin", (event) => {
  if (event.target.matches?.(COPIES)) stopAt(event.target);
});

// Without these scripts it is a link to the raw content.
function dressRaw() {
  const toggle = document.querySelector("[data-raw-toggle]:not([role])");
  toggle?.setAttribute("role", "button");
  toggle?.setAttribute("aria-pressed", "false");
}

function dress() {
  later.find.module?.forget();
  dressRaw();
  openNewParts(document);
  if (document.querySelector(".json, .steps-tree")) use("tree", (tree) => tree.dressTrees(document));
  if (document.querySelector(".reading .prose pre")) use("copy", (copy) => copy.dressCode(document));
  stopAt(copies()[0]);
}

// A swap is under way, or a dialog has the keyboard.
const busy = () => document.querySelector(
  "dialog[open], body:is(.htmx-request, [data-swapping]),"
  + " #workspace:is(.htmx-request, [data-swapping]), #ws-form.htmx-request",
);

const typing = (element) => element.matches?.(
  "textarea, select, input:not([type=radio], [type=checkbox], [type=range]), [contenteditable]",
) ?? false;

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.repeat || busy()) return;
  if (event.key === " " && event.target.matches?.("[data-raw-toggle]")) {
    event.preventDefault();
    return toggleRaw();
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.getModifierState("AltGraph")) return;
  if (typing(event.target) || keysAreOff()) return;
  if (!document.querySelector("[data-item-view]")?.checkVisibility()) return;
  // Where keys.js is, it hears these two.
  const act = document.getElementById("keys") ? null : ({ x: "folds", w: "failed" })[event.key.toLowerCase()];
  if (act) use("moves", (moves) => moves[act]());
  else if (event.key === "/") openFind();
  else if (event.key.toLowerCase() === "r") toggleRaw();
  else return;
  event.preventDefault();
});

document.addEventListener("click", (event) => {
  const failure = event.target.closest?.("[data-next-failure]");
  if (failure) {
    event.preventDefault();
    use("moves", (moves) => moves.failed());
  }
  const raw = event.target.closest?.("[data-raw-toggle]");
  if (raw && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    toggleRaw();
  }
  if (event.target.closest?.("[data-find-open]")) openFind();
  if (event.target.closest?.("[data-folds]")) use("moves", (moves) => moves.folds());
  const button = event.target.closest?.("[data-copy-part], [data-copy-turn], [data-copy-code]");
  if (button) use("copy", (copy) => copy.copy(button));
  const wrap = event.target.closest?.("[data-wrap-code]");
  if (wrap) use("copy", (copy) => copy.wrapCode(wrap));
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.querySelector?.(".reading")) dress();
});
dress();
