// The keys. What each does stands in the sheet on the page (reviews/keys.py), and nowhere else: a
// row that names the `data-action` of a control presses it.

import { desk, isAway, isSentBack } from "./desk.js";
import { keysAreOff, switchKeys } from "./site.js";

const table = new Map();
for (const row of document.querySelectorAll("#keys [data-does]:not([data-own])")) {
  for (const press of row.dataset.press.split(" ")) table.set(press, row.dataset.does);
}

// ---- Who has the focus -------------------------------------------------------------------------

const isText = (element) =>
  element.matches("textarea, select, [contenteditable], input:not([type=radio], [type=checkbox], [type=range])");
// Up and down turn the parts of a date.
const isLine = (element) => element.matches("#ws-form .answer input:not([type=radio], [type=checkbox], [type=range], [type=date])");
// Arrows belong to a slider, and to a row with more options than there are digits.
const needsArrows = (element) =>
  element.matches("[type=range]")
  || (element.matches("[type=radio]") && element.closest(".answer")?.querySelectorAll("[type=radio]:not([data-key])").length > 0);

const fields = () => [...document.querySelectorAll("#ws-form .answer")];

// What a key answers while the focus is on the heading, where it is when an item has come: the first
// field without an answer; of an item that was sent back the first of all, below the remark.
export function currentField() {
  const shown = fields().filter((one) => one.checkVisibility());
  const open = isSentBack() ? null : shown.find((one) => !one.hasAttribute("data-answered"));
  return open ?? shown[0];
}

const isTitle = (element) => element.id === "ws-title";

function move(from, step) {
  const all = fields();
  const at = all.indexOf(from.closest(".answer"));
  focusIn(all[at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step]);
}

export function focusIn(answer) {
  const control = answer?.querySelector("input:checked")
    ?? answer?.querySelector("input:not([type=hidden]), textarea, select, [data-focus]");
  control?.focus({ preventScroll: true });
  answer?.scrollIntoView({ block: "nearest" });
  return Boolean(control);
}

// ---- What a key does ---------------------------------------------------------------------------

function choose(from, press) {
  const answer = isTitle(from) ? currentField() : from.closest(".answer");
  const input = answer?.querySelector(`input[data-key="${press}"]`);
  input?.click();
  input?.focus();
  return Boolean(input);
}

function across(from, step) {
  if (isTitle(from) && step > 0 && !isAway()) return focusIn(currentField());
  if (!from.closest("#ws-form") || isAway()) return false;
  move(from, step);
  return true;
}

const KNOWN = {
  choose,
  before: (from) => across(from, -1),
  after: (from) => across(from, 1),
};

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
  const key = event.key.toLowerCase();
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

function plainKey(event) {
  const { target } = event;
  const key = pressed(event);
  const does = table.get(key);
  const arrow = key.startsWith("arrow");
  if (!does || !(target instanceof Element) || (event.repeat && !arrow)) return false;
  if (isText(target) && !(isLine(target) && /^arrow(up|down)$/.test(key))) return false;
  if (/^arrow(left|right)$/.test(key) && (needsArrows(target) || event.repeat)) return false;
  if (arrow && event.shiftKey) return false;
  return KNOWN[does] ? KNOWN[does](target, key) : press(does);
}

// ---- The sheet ---------------------------------------------------------------------------------

const keysOn = document.querySelector("[data-keys-on]");
if (keysOn) keysOn.checked = !keysAreOff();
keysOn?.addEventListener("change", () => switchKeys(keysOn.checked));

export function dressCaps() {
  if (!/Mac|iPhone|iPad/.test(navigator.platform)) return;
  for (const cap of document.querySelectorAll("kbd[data-mod]")) cap.textContent = "⌘";
}
