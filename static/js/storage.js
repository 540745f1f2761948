// What is kept in the browser until it is saved: answers alone, never what the trace contains; apart
// for each person, item, round and tab. A save drops the entry of its own tab only.

import { answerControls, isBox } from "./desk.js";
import { DRAFTS, SIGNED_OUT, remember } from "./site.js";

const KEEPALIVE_BYTES = 60000; // browsers let a page leave no more than 64 KiB behind

// Each page is a tab of its own, which others can see is there by the lock that it holds. Without
// locks nobody could tell what was left behind from what is still being written: then, and where the
// page knows that its person is not signed in, the text is for this tab alone.
const tab = crypto.randomUUID?.() ?? String(Math.random());
const lockOf = (of) => `annotate tab ${of}`;
let isSignedOut = false;

navigator.locks?.request(lockOf(tab), () => new Promise(() => {}));

const store = () => (isSignedOut || !navigator.locks ? "sessionStorage" : "localStorage");
const under = (target) =>
  `${DRAFTS}${target.dataset.person} ${target.dataset.item} ${target.elements.round?.value ?? ""} `;
export const plain = (text) => text.replace(/\r\n?/g, "\n");

// The answers as [name, value] pairs, in the order of the form; the same text is the same string.
export function answersOf(target) {
  const pairs = [...new FormData(target)].filter(([name]) => /^[fn]-/.test(name));
  return pairs.map(([name, value]) => [name, plain(value)]);
}

// What stands there, comparable: an empty text and no text are one.
export const told = (pairs) => JSON.stringify(
  pairs.filter(([name, value]) => value !== "" || name.startsWith("f-")).sort(byName),
);
// By name alone: the order of several values under one name is an answer (a ranking).
function byName([one], [other]) {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

// Whether a page that is left can still send them.
export const fits = (answers) =>
  new Blob([JSON.stringify(answers)]).size < KEEPALIVE_BYTES;

// `version`: the one the answers were made on; `sent`: what was sent and is not known to be stored.
export function keep(target, sent) {
  const kept = { version: target.elements.version.value, answers: answersOf(target), sent, at: Date.now() };
  remember(store(), under(target) + tab, JSON.stringify(kept));
}

export function drop(target) {
  for (const one of ["localStorage", "sessionStorage"]) remember(one, under(target) + tab, null);
}

// The page has learnt who is signed in: what it keeps goes where nobody else can find it, or back.
export function keepFor(target, signedIn, sent) {
  if (isSignedOut === !signedIn) return;
  isSignedOut = !signedIn;
  drop(target);
  if (isSignedOut) keep(target, sent);
}

export const whenSignedOut = (act) =>
  window.addEventListener("storage", (event) => event.key === SIGNED_OUT && event.newValue && act());

// What other pages left of the item, each with the tab's lock; null where there is none.
export function leftovers(target) {
  const found = ["localStorage", "sessionStorage"].flatMap((place) => namesIn(place)
    .filter((name) => name.startsWith(under(target)) && !name.endsWith(tab))
    .map((name) => ({ place, name, lock: lockOf(name.slice(under(target).length)) })));
  return found.length ? found : null;
}

function namesIn(place) {
  try {
    return Object.keys(globalThis[place]);
  } catch {
    return [];
  }
}

// Something was answered since the page was made, be it before its scripts had come.
export const isTouched = (target) => answerControls(target).some(
  (one) => {
    if (isBox(one)) return one.checked !== one.defaultChecked;
    if (one.matches("select")) return [...one.options].some((each) => each.selected !== each.defaultSelected);
    return one.value !== one.defaultValue;
  },
);

// Puts answers into the form's controls; those that are not named are emptied.
export function fill(target, pairs) {
  const values = new Map();
  for (const [name, value] of pairs) values.set(name, [...(values.get(name) ?? []), value]);
  for (const control of answerControls(target)) {
    const mine = values.get(control.name) ?? [];
    if (isBox(control)) control.checked = mine.includes(control.value);
    else control.value = mine.shift() ?? "";
    const folded = control.closest(".answer-note, .rv-remark");
    if (folded && control.value) folded.open = true;
  }
  target.dispatchEvent(new CustomEvent("answers-restored", { bubbles: true }));
}
