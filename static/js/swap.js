// Submit and next, skip, park, undo: one at a time, and never for an item that nobody has looked at.

import { announce, desk, form, isSignIn, past, renewed, word } from "./desk.js";
import {
  conflict, isStopped, notDone, posting, pressing, save, settled, signedOut, tellWord, underWay, whyFailed,
} from "./saving.js";
import { arrive } from "./arrival.js";
import { askTime } from "./clock.js";
import { say } from "./site.js";

const SLOW = 300; // milliseconds after which the page says that it is sending
const SENDING = "Sending";
const REPEATED = "Submitting"; // the server was busy: it is sent again, with the same submission id
const REPEAT_FOR = 10000;
const REPEAT_AFTER = 1000;

// `left`: the form that is being sent. `renewed`: it was sent again with a new CSRF token. `told`:
// what the answer means has been said, and nothing of it goes into the page. `send`: sends it again;
// `busy`: since when the server has been; `repeating`: it is about to be sent again.
const trip = {
  left: null, settling: false, renewed: false, told: false, slow: 0, send: null, busy: 0,
  repeating: false,
};

const isPast = (detail) => detail.target?.id === "ws-past";
const isSubmit = (elt) => elt.id === "ws-form";
// What was pressed, as saving.js calls it; the buttons of a form tell by `data-action`.
function pressedBy(elt) {
  if (elt.id === "ws-undo") return "undo";
  const button = isSubmit(elt) ? document.querySelector("#ws-form [data-action=submit]") : elt;
  return button?.dataset.pressed ?? button?.dataset.action ?? "next";
}
const isOurs = (detail) => isPast(detail) || Boolean(detail.elt?.closest("#ws-form, #ws-undo"));

// ---- Before ------------------------------------------------------------------------------------

// What a swap has brought is seen by htmx a moment after the eye: a click or a key before that would
// be a plain one, and lead out of the page.
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[hx-disable]")) return;
  const one = event.target.closest?.("[hx-get], [hx-post]");
  for (const part of [one?.form, one]) {
    if (part && !part["htmx-internal-data"]?.initHash) globalThis.htmx.process(part);
  }
}, { capture: true });

document.addEventListener("htmx:confirm", (event) => {
  const { detail } = event;
  if (!isOurs(detail)) return;
  event.preventDefault();
  if (desk.flight || !isMeant(detail)) return;
  start(detail);
  ready(detail).then((go) => {
    if (go && detail.elt.isConnected) trip.send();
    else stop();
  });
});

// The second click of a double click, or a key pressed at the moment of the swap, is not meant for
// the item that has just come.
function isMeant({ elt }) {
  if (!elt.closest("#ws-form") || elt.closest("#ws-notice")) return true;
  if (!desk.armed) return false;
  return !lacksReason(elt);
}

function lacksReason(elt) {
  const dialog = elt.closest("dialog");
  const reason = dialog?.querySelector("textarea");
  if (!reason || reason.value.trim()) return false;
  dialog.querySelector("[data-missing]").hidden = false;
  reason.setAttribute("aria-invalid", "true");
  reason.focus();
  return true;
}

function start(detail) {
  desk.flight = true;
  Object.assign(trip, { told: false, busy: 0, send: () => detail.issueRequest(true) });
  document.body.toggleAttribute("data-swapping", true); // item.js asks for it
  if (isPast(detail)) return;
  pressing();
  trip.left = form();
  trip.left?.setAttribute("aria-busy", "true");
  if (isSubmit(detail.elt)) posting(trip.left);
  trip.slow = setTimeout(() => word("saving", SENDING), SLOW);
}

function stop() {
  desk.flight = trip.settling = false;
  document.body.toggleAttribute("data-swapping", false);
  clearTimeout(trip.slow);
  const said = document.getElementById("ws-saved")?.textContent;
  if (said === SENDING || said === REPEATED) tellWord();
  trip.left?.removeAttribute("aria-busy");
}

// What leaves the item saves its text first; a submit waits for the save under way alone, so that
// it names the version that is stored.
async function ready(detail) {
  const { elt } = detail;
  if (isPast(detail)) return true;
  if (isStopped() === "conflict") return unsettled();
  if (isStopped()) return true;
  if (elt.id === "ws-undo" || elt.hasAttribute("data-leaves")) return (await save({ always: elt.dataset.action === "park" })) || unsaved(elt);
  await underWay();
  return isStopped() === "conflict" ? unsettled() : true;
}

function unsettled() {
  document.querySelector("#ws-notice [data-about=conflict] button")?.focus();
  announce("First choose which of the two texts to keep.", { atOnce: true });
  return false;
}

// It was not even sent, because what was typed here could not be saved first.
function unsaved(elt) {
  const why = whyFailed();
  if (why === "signed-out") signedOut(form(), pressedBy(elt));
  else if (why) notDone(pressedBy(elt), why);
  return false;
}

// While the form is on its way it stands still: what would be typed now would be lost.
function still(event) {
  if (!desk.flight || !trip.left?.hasAttribute("aria-busy")) return;
  if (!event.target.closest?.("#ws-form")) return;
  if (event.type === "keydown" && /^(Tab|Escape|Shift|Control|Alt|Meta)$/.test(event.key)) return;
  event.preventDefault();
}
for (const type of ["beforeinput", "keydown", "click"]) {
  document.addEventListener(type, still, { capture: true });
}

// ---- After -------------------------------------------------------------------------------------

// What is no page of this item must not take its place: the text would go with it.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (!isOurs(event.detail)) return;
  const tell = meaning(form(), event.detail);
  if (!tell) return;
  event.preventDefault();
  trip.told = true;
  tell();
});

// What to do about an answer that is no page of this item; null for one that is.
function meaning(target, detail) {
  const { xhr, elt } = detail;
  const lost = (why) => notDone(pressedBy(elt), why);
  if (target && isSignIn(target, xhr.getResponseHeader("HX-Redirect"))) return () => signedOut(target, pressedBy(elt));
  if (xhr.status < 400) return null;
  const why = xhr.status >= 500 ? "server" : "gone";
  if (isPast(detail)) return () => notShown(why);
  if (!target) return null;
  if (xhr.status === 403 || xhr.status === 404) return () => sendAgain(target, elt, lost);
  if (xhr.status === 503 && isSubmit(elt) && isPatient()) return repeat;
  if (xhr.status === 409 && xhr.getResponseHeader("Content-Type")?.includes("json")) {
    return () => settleConflict(target, elt, JSON.parse(xhr.responseText));
  }
  return why === "gone" && xhr.getResponseHeader("HX-Retarget") ? null : () => lost(why);
}

// A busy server is asked again for a while, by what it was asked the first time: nobody can have
// typed anything since.
function isPatient() {
  trip.busy ||= performance.now();
  return performance.now() - trip.busy < REPEAT_FOR;
}

function repeat() {
  clearTimeout(trip.slow);
  trip.repeating = true;
  word("saving", REPEATED);
  setTimeout(() => {
    trip.repeating = trip.told = false;
    if (trip.left.isConnected) trip.send();
    else stop();
  }, REPEAT_AFTER);
}

// An item of before cannot be shown: the present one stays as it is, and so does its word.
function notShown(why) {
  import("./past.js").then((module) => module.notShown(why), () => say("Not shown: no connection.", "error"));
}

// Signed in again meanwhile, or somebody else is. The same form is sent once more with the new CSRF token.
async function sendAgain(target, elt, lost) {
  const now = await renewed(target);
  if (now === "signed-out") return signedOut(target, pressedBy(elt));
  if (now !== "ok" || trip.renewed) return lost({ offline: "offline", "somebody-else": "somebody" }[now] ?? "gone");
  trip.renewed = true;
  pressAgain(elt);
}

// Where the other text is our own, whose answer was lost, it is saved anew and then sent.
async function settleConflict(target, elt, answer) {
  if ((await conflict(target, answer)) && (await save()) && elt.isConnected) pressAgain(elt);
}

function pressAgain(elt) {
  (elt.matches("form") ? elt.querySelector("[data-action=submit], [data-action=undo]") : elt).click();
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, shouldSwap } = event.detail;
  if (!shouldSwap || !/^(workspace|ws-form)$/.test(target?.id)) return;
  trip.settling = true;
  clearTimeout(trip.slow);
  desk.armed = target.id === "ws-form";
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (!isOurs(detail) || trip.repeating) return;
  const status = detail.xhr?.status ?? 0;
  if (!trip.settling) stop();
  if (trip.told) return;
  if (isPast(detail)) return pastCame(status);
  if (status === 0) return notDone(pressedBy(detail.elt), "offline");
  if (status === 422 || (status >= 200 && status < 300 && !isStopped())) {
    trip.renewed = false;
    settled(trip.left);
  } else if (status === 409 && !isStopped()) {
    save();
    askTime();
  }
});

function pastCame(status) {
  if (status === 0) notShown("offline");
  else if (status === 204) say("You haven't submitted anything here yet.", "info");
}

document.addEventListener("htmx:afterSettle", (event) => {
  const { id } = event.target;
  if (id === "ws-past" && event.target.childElementCount) {
    return import("./past.js").then(({ show }) => show(), notShown);
  }
  if (id === "ws-notice") return sayNotice(event.target);
  if (id !== "workspace" && id !== "ws-form") return;
  stop();
  arrive({ again: id === "ws-form" });
});

function sayNotice(place) {
  const said = place.querySelector("[data-said]")?.textContent.trim();
  place.dispatchEvent(new CustomEvent("notice-shown", { bubbles: true }));
  if (said) announce(said, { atOnce: true });
}
