// This item was changed in another tab: both texts side by side, and a choice.

import { make, notice, noticeGone, answerControls, isBox, word } from "./desk.js";
import { answersOf, fill, plain, told } from "./storage.js";

const SENTENCE = "This item was changed in another tab or window. Nothing is lost: choose which answers to keep.";
const BLIND = "This was changed in another tab or window. Nothing is lost: reload to see the other text, or keep what is here.";

// A save was refused because of what is stored meanwhile. Or what is stored is our own text, whose
// answer got lost on the way, or the text that we began with: then nobody has changed anything, which
// is true. `saving`: {state, changed, save} of saving.js.
export function conflict(target, answer, saving) {
  const { state } = saving;
  const theirs = pairsOf(answer.draft);
  const known = [...state.sent, state.base, told(answersOf(target))];
  if (answer.draft && known.includes(told(theirs))) {
    target.elements.version.value = answer.version;
    Object.assign(state, { sent: [], dirty: true });
    state.timer = setTimeout(saving.save, 0);
    return true;
  }
  bothTexts(target, answer.draft ? theirs : null, answer.version, saving);
  return false;
}

// Nothing is saved until the person has chosen; `then` is done after that.
export function bothTexts(target, theirs, version, saving, then = () => {}) {
  clearTimeout(saving.state.timer);
  Object.assign(saving.state, { stopped: "conflict", dirty: true });
  word("failed", "Not saved: changed in another tab");
  showConflict(target, theirs, (pairs) => {
    target.elements.version.value = version;
    Object.assign(saving.state, { stopped: "", sent: [], failed: false });
    noticeGone("conflict");
    if (pairs) fill(target, pairs);
    saving.changed(target);
    saving.save();
    then();
  });
}

function button(text, act) {
  const made = make("button", { type: "button", className: "button small", text });
  made.addEventListener("click", act);
  return made;
}

// A stored draft {values: {id: [...]}, notes: {id: text}} as the same pairs.
function pairsOf(draft) {
  const values = Object.entries(draft?.values ?? {});
  const notes = Object.entries(draft?.notes ?? {});
  return [
    ...values.flatMap(([id, all]) => all.map((one) => [`f-${id}`, plain(one)])),
    ...notes.map(([id, text]) => [`n-${id}`, plain(text)]),
  ];
}

// `theirs`: the other answers as pairs; null where the page was not told them. `choose` is called
// with them, or with nothing to keep what is here.
function showConflict(target, theirs, choose) {
  const mine = button("Keep what is here", () => choose(null));
  if (theirs === null) {
    const reload = button("Show the other text", () => window.location.reload());
    return notice("conflict", BLIND, {}, make("p", { className: "notice-acts" }, mine, reload));
  }
  const other = button("Take the other", () => choose(theirs));
  notice("conflict", SENTENCE, {}, sideBySide(target, theirs),
    make("p", { className: "notice-acts" }, mine, other));
}

function sideBySide(target, theirs) {
  const mine = answersOf(target);
  const names = [...new Set(answerControls(target).map((one) => one.name))];
  const rows = names
    .map((name) => [name, inWords(target, name, mine), inWords(target, name, theirs)])
    .filter(([, here, there]) => here !== there)
    .map(([name, here, there]) => make("tr", {},
      make("th", { scope: "row", text: nameOf(target, name) }),
      make("td", { dir: "auto", text: here || "No answer" }), make("td", { dir: "auto", text: there || "No answer" })));
  const head = make("tr", {},
    make("th", { scope: "col", text: "Field" }), make("th", { scope: "col", text: "Here" }),
    make("th", { scope: "col", text: "Other tab" }));
  const table = make("table", { className: "both" }, make("thead", {}, head), make("tbody", {}, ...rows));
  const scroll = make("div", { className: "both-scroll", tabIndex: 0 }, table);
  scroll.setAttribute("role", "group");
  scroll.setAttribute("aria-label", "Both texts");
  return scroll;
}

const controlsOf = (target, name) => answerControls(target).filter((one) => one.name === name);

function nameOf(target, name) {
  const [control] = controlsOf(target, name);
  const answer = control?.closest(".answer");
  if (!answer) return control?.getAttribute("aria-label") ?? "Remark";
  const field = answer.querySelector(".answer-name")?.textContent.trim() ?? "";
  return name.startsWith("n-") ? `Note on ${field}` : field;
}

function inWords(target, name, pairs) {
  const values = pairs.filter(([one]) => one === name).map(([, value]) => value);
  const controls = controlsOf(target, name);
  const boxes = controls.filter(isBox);
  if (controls[0]?.options) return values.filter(Boolean).map((value) => optionOf(controls[0], value)).join(", ");
  if (!boxes.length) return values.join(", ");
  return boxes.filter((box) => values.includes(box.value)).map(labelOf).join(", ");
}

const optionOf = (menu, value) => [...menu.options].find((one) => one.value === value)?.text ?? value;

function labelOf(box) {
  const text = box.closest("label")?.querySelector(".choice-text")?.firstChild ?? box.nextElementSibling;
  return text?.textContent.trim() || box.value;
}
