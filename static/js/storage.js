// What is kept in the page's own storage until it is saved: answers alone, never what the trace
// contains; apart for each person, item and round.

import { answerControls, isBox } from "./desk.js";
import { recall, remember } from "./site.js";

const STORE = "sessionStorage";
const KEEPALIVE_BYTES = 60000; // browsers let a page leave no more than 64 KiB behind

const under = (target) => {
  const round = target.elements.round?.value ?? "";
  return `annotate draft ${target.dataset.person} ${target.dataset.item} ${round}`;
};
const plain = (text) => text.replace(/\r\n?/g, "\n");

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

// A stored draft {values: {id: [...]}, notes: {id: text}} as the same pairs.
export function pairsOf(draft) {
  const values = Object.entries(draft?.values ?? {});
  const notes = Object.entries(draft?.notes ?? {});
  return [
    ...values.flatMap(([id, all]) => all.map((one) => [`f-${id}`, plain(one)])),
    ...notes.map(([id, text]) => [`n-${id}`, plain(text)]),
  ];
}

// Whether a page that is left can still send them.
export const fits = (answers) =>
  new Blob([JSON.stringify(answers)]).size < KEEPALIVE_BYTES;

// `version`: the one the answers were made on; `sent`: what was sent and is not known to be stored.
export function keep(target, sent) {
  const kept = { version: target.elements.version.value, answers: answersOf(target), sent };
  remember(STORE, under(target), JSON.stringify(kept));
}

export const kept = (target) => JSON.parse(recall(STORE, under(target)));
export const drop = (target) => remember(STORE, under(target), null);

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
