// The keys. What each does stands in the sheet on the page (reviews/keys.py), and nowhere else: a
// row that names the `data-action` of a control presses it.

import { choose, comeOut, goInto, move, openField } from "./current.js";
import { desk, isAway } from "./desk.js";
import { keysAreOff, say, switchKeys } from "./site.js";

const table = new Map();
for (const row of document.querySelectorAll("#keys [data-does]:not([data-own])")) {
  for (const press of row.dataset.press.split(" ")) table.set(press, row.dataset.does);
}

// ---- Who has the focus -------------------------------------------------------------------------

const isText = (element) =>
  element.matches("textarea, select, [contenteditable], input:not([type=radio], [type=checkbox], [type=range])");

// What a control with the focus, or a box that scrolls by itself, keeps of the keys of the table.
const PAGES = ["home", "end", "pageup", "pagedown"];
const ARROWS = ["arrowup", "arrowdown", "arrowleft", "arrowright"];
const KEEPS = [
  ["[type=radio]", ["space", ...ARROWS]],
  ["[type=checkbox]", ["space"]],
  ["[type=range]", [...PAGES, ...ARROWS]],
  ["button, summary", ["space", "enter"]],
  ["a[href]", ["enter"]],
  ["[tabindex='0']:not(#ws-item, .ws-past .ws-item)", ["space", "enter", ...PAGES, ...ARROWS]],
];
const keeps = (element, key) =>
  KEEPS.some(([kind, keys]) => keys.includes(key.replace("shift+", "")) && element.matches(kind));

// ---- What a key does ---------------------------------------------------------------------------

const LINES = 80; // pixels of a few lines
const OVERLAP = 0.12; // of a screen, that stays in sight

// The item scrolls, whatever has the focus; in a narrow window the page does.
const scroll = (by) => () => {
  const item = document.querySelector(isAway() ? "#ws-past .ws-item" : "#ws-item");
  const scrolls = item && getComputedStyle(item).overflowY !== "visible";
  const box = scrolls ? item : document.scrollingElement;
  box.scrollTop += by(box);
  return true;
};
const screen = (box) => box.clientHeight * (1 - OVERLAP);
const KNOWN = {
  choose,
  before: () => move(-1),
  after: () => move(1),
  "open-field": openField,
  into: () => !isAway() && goInto(),
  "screen-down": scroll(screen),
  "screen-up": scroll((box) => -screen(box)),
  "line-down": scroll(() => LINES),
  "line-up": scroll(() => -LINES),
  top: scroll((box) => -box.scrollHeight),
  bottom: scroll((box) => box.scrollHeight),
  turn: () => use((moves) => moves.turn(1)),
  "turn-before": () => use((moves) => moves.turn(-1)),
  failed: () => use((moves) => moves.failed()),
  folds: () => use((moves) => moves.folds()),
};

// Fetched when it is first wanted.
let moves = null;

function use(act) {
  if (moves) act(moves);
  else import("./moves.js").then((module) => act(moves = module), () => say("Not loaded: no connection.", "error"));
  return true;
}

// From the form, its boxes among it, back to the item. The bar and what lies over the page have an
// Escape of their own.
function escape(target) {
  return Boolean(target.closest("#ws-form")) && !isAway() && comeOut();
}

// The control that is in sight: while a past item is shown, its own come first.
function control(action) {
  const all = [...document.querySelectorAll(`[data-action="${action}"]`)];
  const shown = all.filter((one) => one.checkVisibility({ visibilityProperty: true }));
  const past = document.getElementById("ws-past");
  return shown.find((one) => past?.contains(one)) ?? shown[0];
}

export function press(action) {
  const found = control(action);
  if (!found || found.disabled) return false;
  pulse(found);
  found.click();
  return true;
}

// A short sign that the key was heard.
function pulse(element) {
  element.classList.remove("pressed");
  void element.offsetWidth;
  element.classList.add("pressed");
  element.addEventListener("animationend", () => element.classList.remove("pressed"), { once: true });
}

// ---- Hearing -----------------------------------------------------------------------------------

const composing = (event) => event.isComposing || event.keyCode === 229;
// On many layouts AltGr types digits and { [ @; some systems tell it as Ctrl + Alt.
const types = (event) => event.altKey || event.getModifierState("AltGraph");

export const isDead = (event) =>
  desk.flight || composing(event) || Boolean(document.querySelector("dialog[open]"));

// Where a layout has no such letter or digit, the place of the key counts.
function pressed(event) {
  const key = event.key === " " ? "space" : event.key.toLowerCase();
  const shifted = event.shiftKey ? `shift+${key}` : key;
  if (table.has(shifted)) return shifted;
  if (table.has(key) || /^[ -~]$/.test(key) && !/^Digit[1-9]$/.test(event.code)) return key;
  const place = /^(?:Key([A-Z])|Digit([1-9]))$/.exec(event.code);
  if (!place || (place[2] && event.shiftKey)) return key;
  return (place[1] ?? place[2]).toLowerCase();
}

document.addEventListener("keydown", (event) => {
  if (isDead(event) || types(event)) return;
  if (event.ctrlKey || event.metaKey) {
    if (event.key !== "Enter" || event.shiftKey || !table.has("mod+enter")) return;
    event.preventDefault();
    if (!event.repeat) press(table.get("mod+enter"));
    return;
  }
  if (!keysAreOff() && plainKey(event)) event.preventDefault();
});

const REPEATS = /^(arrow(up|down)|(shift\+)?[jkn]|(shift\+)?space|page(up|down))$/;

function plainKey(event) {
  const { target } = event;
  const key = pressed(event);
  const does = table.get(key);
  if (!does || !(target instanceof Element) || (event.repeat && !REPEATS.test(key))) return false;
  if (does === "out") return escape(target);
  if (isText(target) || keeps(target, key)) return false;
  if (event.shiftKey && /^(arrow|enter|home|end|page)/.test(key)) return false;
  return KNOWN[does] ? KNOWN[does](key) : press(does);
}

// ---- The sheet ---------------------------------------------------------------------------------

const keysOn = document.querySelector("[data-keys-on]");
if (keysOn) keysOn.checked = !keysAreOff();
keysOn?.addEventListener("change", () => switchKeys(keysOn.checked));

export function dressCaps() {
  if (!/Mac|iPhone|iPad/.test(navigator.platform)) return;
  for (const cap of document.querySelectorAll("kbd[data-mod]")) cap.textContent = "⌘";
}
