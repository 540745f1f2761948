// Autosave, with a word that is always true: Saved, Saving, Not saved.

import { announce, desk, form, goOn, isAnswer, make, notice, noticeGone, renewed, word } from "./desk.js";
import {
  answersOf, drop, fits, isTouched, keep, keepFor, leftovers, told, whenSignedOut,
} from "./storage.js";
import { held, placeGone, slotGone } from "./clock.js";

const SAVE_AFTER = 1000;
const RETRY_AFTER = [2000, 5000, 10000, 30000];
const PATIENCE = 20000;

// `dirty`: something is not stored yet. `sent`: texts whose outcome is not known, because the
// answer was lost; they may well be stored. `base`: the text that this page knows to be stored.
// `stopped`: why nothing can be saved until a person decides ("conflict", "submitted"), else "".
// `posted`: the text that was last submitted. `undone`: what was pressed and did not arrive, a key of
// PRESSED; it waits to be pressed again.
const CLEAN = {
  dirty: false, failed: false, saving: null, tries: 0, sent: [], base: "", stopped: "", posted: "",
  undone: "",
};
const state = { ...CLEAN, timer: 0 };

export const isStopped = () => state.stopped;
export const whyFailed = () => state.failed;

export function changed(target = form()) {
  if (!target) return;
  state.dirty = true;
  keep(target, state.sent);
  if (state.stopped) return;
  if (!state.failed) word("saving", "Saving");
  clearTimeout(state.timer);
  state.timer = setTimeout(saveInTime, SAVE_AFTER);
}

// Not while a submit is under way: what has been stored by then is for its answer to tell.
function saveInTime() {
  if (desk.flight) state.timer = setTimeout(saveInTime, SAVE_AFTER);
  else save();
}

// Stores what stands in the form; true if everything is stored now. `always`: even if nothing has
// changed, which takes up a reservation that has lapsed.
export async function save({ always = false, leaving = false } = {}) {
  clearTimeout(state.timer);
  if (state.saving && !leaving) await state.saving;
  const target = form();
  if (!target || state.stopped) return !state.dirty;
  if (!state.dirty && !always) return true;
  const run = send(target, answersOf(target)).finally(() => {
    if (state.saving === run) state.saving = null;
  });
  state.saving = run;
  await run;
  return !state.dirty;
}

// The word again, after the page has said "Sending" for a while.
export function tellWord() {
  if (state.failed || state.stopped) return;
  if (state.dirty || state.saving) word("saving", "Saving");
  else tellSaved();
}

// What is saved, but was to be submitted, is never called saved.
function tellSaved() {
  if (state.undone) word("failed", PRESSED[state.undone][0]);
  else word("saved", "Saved");
}

export const underWay = () => Promise.resolve(state.saving);

async function send(target, answers, again = true) {
  state.dirty = false;
  state.sent = [...state.sent, told(answers)].slice(-5);
  keep(target, state.sent);
  if (!state.failed) word("saving", "Saving");
  const body = new FormData(target);
  let response;
  try {
    response = await fetch(target.dataset.draft, {
      method: "POST", body, redirect: "manual", keepalive: fits(answers),
      signal: AbortSignal.timeout(PATIENCE),
    });
  } catch {
    return notSaved("offline");
  }
  if (form() !== target) return;
  if (response.type === "opaqueredirect") return signedOut(target);
  if (response.status === 403 || response.status === 404) return refused(target, answers, again);
  if (response.status === 409) return conflict(target, await response.json());
  if (response.status === 400 || response.status === 413) return notSaved("long");
  if (!response.ok) return notSaved("server");
  return stored(target, answers, await response.json());
}

// Signed in again meanwhile, with a new CSRF token; or somebody else is; or no right any more.
async function refused(target, answers, again) {
  const now = await renewed(target);
  if (now === "ok" && again) return send(target, answers, false);
  if (now === "signed-out") return signedOut(target);
  return notSaved(now === "somebody-else" ? "somebody" : now === "offline" ? "offline" : "gone");
}

const WHY = {
  offline: "no connection",
  server: "the server isn't responding",
  long: "the text is too long",
  "signed-out": "you are signed out",
  somebody: "somebody else is signed in",
  gone: "you no longer have access to this queue",
};
// What was pressed: what it is called where it did not arrive, and the button.
const PRESSED = {
  submit: ["Not submitted", "Submit"],
  skip: ["Not skipped", "Skip"],
  park: ["Not parked", "Park"],
  undo: ["Not undone", "Undo"],
  next: ["Not continued", "Continue"],
  approve: ["Not approved", "Approve"],
  "send-back": ["Not sent back", "Send back"],
  release: ["Not released", "Release"],
};
const AGAIN = {
  offline: "when it is back",
  server: "in a moment",
  "signed-out": "when you are signed in again",
  somebody: "when you are signed in again",
};
const TOLD = {
  offline: "What you type stays on this page and is sent when the connection is back.",
  server: "What you type stays on this page and is sent as soon as the server responds.",
  long: "This text is too long for the server. It stays on the screen: shorten it.",
  "signed-out": "You are signed out. What you type stays here. Sign in again in another tab and come back: it is sent then.",
  somebody: "Someone else is signed in in this browser. What you type stays here and is sent when you sign in again.",
  gone: "You no longer annotate in this queue, or it's gone. What you typed stays on the screen: copy what you need.",
};

export function notSaved(why, ...parts) {
  const target = form();
  state.dirty = true;
  if (target) keepFor(target, !["signed-out", "somebody"].includes(why), state.sent);
  word("failed", `${PRESSED[state.undone]?.[0] ?? "Not saved"}: ${WHY[why]}`);
  if (!state.undone && state.failed !== why) notice("saving", TOLD[why], {}, ...parts);
  state.failed = why;
  if (why === "gone") placeGone();
  clearTimeout(state.timer);
  const wait = RETRY_AFTER[Math.min(state.tries, RETRY_AFTER.length - 1)];
  state.tries += 1;
  if (why !== "gone") state.timer = setTimeout(saveInTime, wait);
}

// What was pressed did not arrive. Only pressing it again does it; the text is saved by itself. Said
// until then.
export function notDone(pressed, why, ...parts) {
  state.undone = pressed;
  const [said, button] = PRESSED[pressed];
  const again = AGAIN[why] ? `Press ${button} again ${AGAIN[why]}. What you answered is kept.` : TOLD[why];
  notice("undone", `${said}: ${WHY[why]}. ${again}`, {}, ...parts);
  notSaved(why);
}

export function signedOut(target, pressed = "") {
  const link = make("a", {
    className: "button small", href: target.dataset.signIn, target: "_blank", rel: "noopener",
    text: "Sign in in a new tab",
  });
  if (pressed) notDone(pressed, "signed-out", link);
  else notSaved("signed-out", link);
}

function stored(target, answers, answer) {
  if (answer.state === "ignored") return over(target, answer.submission);
  target.elements.version.value = answer.version;
  if (answer.token && target.elements.token) target.elements.token.value = answer.token;
  Object.assign(state, { sent: [], tries: 0, base: told(answers) });
  keepFor(target, true, []);
  if (state.failed) {
    noticeGone("saving");
    if (!state.undone) announce("Saved again.");
  }
  state.failed = false;
  if (answer.state === "kept") slotGone(answer);
  else held(answer, { again: Boolean(answer.token) });
  if (told(answersOf(target)) !== told(answers)) return changed(target);
  state.dirty = false;
  drop(target);
  tellSaved();
}

// The item is submitted: by this page, whose answer was lost on the way, or by another tab.
function over(target, submission) {
  const own = submission === target.elements.submission_id?.value;
  const all = own && told(answersOf(target)) === state.posted;
  const [said, sentence] = all ? ARRIVED : own ? CHANGED_SINCE : ELSEWHERE;
  Object.assign(state, { stopped: "submitted", dirty: !all, undone: "" });
  if (all) drop(target);
  word(all ? "saved" : "failed", said);
  notice("submitted", sentence, {}, goOn());
}

const ARRIVED = ["Saved", "Your answers were submitted: this item is done."];
const CHANGED_SINCE = ["Not saved: submitted before", "Your answers were submitted: this item is done. What you changed since isn't saved: correct your answers under Earlier."];
const ELSEWHERE = ["Not saved: submitted in another tab", "You submitted this item in another tab. Nothing changed there; what you typed here since isn't saved."];

// What is being submitted: should the answer be lost, the page knows whether all has arrived.
export function posting(target) {
  state.posted = told(answersOf(target));
}

// Something is pressed: what is said of the last press is over.
export function pressing() {
  state.undone = "";
  noticeGone("undone");
}

// Another tab has stored something else: conflict.js tells, and asks which to keep. Where it cannot be
// fetched, the next save meets the same. True: it was our own text, and is saved anew.
export async function conflict(target, answer) {
  if (answer.state !== "somebody_else") {
    const both = await import("./conflict.js").catch(() => null);
    if (both) return both.conflict(target, answer, WORKINGS);
  }
  notSaved(answer.state === "somebody_else" ? "somebody" : "server");
  return false;
}

const WORKINGS = { state, changed, save };

// ---- Coming and going --------------------------------------------------------------------------

// The item on the page is another one: nothing of the last one is under way any more.
export function fresh() {
  clearTimeout(state.timer);
  Object.assign(state, CLEAN, { sent: [] });
  const target = form();
  if (!target) return;
  state.base = told(answersOf(target));
  if (isTouched(target)) changed(target);
  const found = leftovers(target);
  if (found) import("./leftovers.js").then(({ restore }) => restore(target, found, WORKINGS), () => {});
}

// The server has what stood in the form: as answers, or as a draft that could not be submitted.
export function settled(target) {
  clearTimeout(state.timer);
  Object.assign(state, { dirty: false, failed: false, tries: 0, sent: [], undone: "" });
  if (target) drop(target);
  word("saved", "Saved");
}

function back() {
  if (state.dirty && !state.stopped && !desk.flight) save();
}

document.addEventListener("input", (event) => {
  const target = form();
  if (target && event.target.form === target && isAnswer(event.target)) changed(target);
});
document.addEventListener("answer-cleared", () => changed());
document.addEventListener("visibilitychange", back);
whenSignedOut(() => form() && keepFor(form(), false, state.sent));
window.addEventListener("focus", () => state.failed && back());
window.addEventListener("online", back);
window.addEventListener("offline", () => {
  if (form() && state.dirty) notSaved("offline");
});
window.addEventListener("pagehide", () => {
  if (state.dirty && !desk.flight) save({ leaving: true });
});
// Asked only where leaving would lose something: a save on leaving is on its way by itself.
window.addEventListener("beforeunload", (event) => {
  const target = form();
  if (!target || !state.dirty) return;
  if (state.failed || state.stopped || state.saving || !fits(answersOf(target))) event.preventDefault();
});
