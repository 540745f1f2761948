// The workspace: autosave with a true word, keys, time left. Works on the form that is on the
// page now; item and form are swapped together, so nothing here remembers an item by itself.

import { say } from "./site.js";

const SAVE_AFTER = 1000;
const RETRY_AFTER = 5000;
const WARN_AT = 300;

const form = () => document.getElementById("ws-form");
const announce = (text) => { document.getElementById("ws-announce").textContent = text; };

// ---- Saved, Saving, Not saved ------------------------------------------------------------------

const desk = { item: null, dirty: false, saving: null, timer: 0, swapping: false };

function word(state, text) {
  const place = document.getElementById("ws-saved");
  if (!place || (place.dataset.saved === state && place.textContent === text)) return;
  place.dataset.saved = state;
  place.textContent = text;
}

const keptUnder = (item) => `annotate draft ${item}`;

// Answers alone are kept in the page's storage, never what the trace contains.
function keepInPage(target) {
  const answers = [...new FormData(target)].filter(([name]) => /^[fn]-/.test(name));
  sessionStorage.setItem(keptUnder(target.dataset.item), JSON.stringify(answers));
}

function changed(target) {
  desk.dirty = true;
  word("saving", "Saving");
  clearTimeout(desk.timer);
  desk.timer = setTimeout(save, SAVE_AFTER);
  keepInPage(target);
}

async function save({ leaving = false } = {}) {
  clearTimeout(desk.timer);
  if (desk.saving) await desk.saving;
  const target = form();
  if (!target || !desk.dirty || (desk.swapping && !leaving)) return;
  desk.dirty = false;
  word("saving", "Saving");
  desk.saving = send(target).finally(() => { desk.saving = null; });
  await desk.saving;
}

async function send(target) {
  let response;
  try {
    response = await fetch(target.dataset.draft, {
      method: "POST", body: new FormData(target), keepalive: true, redirect: "manual",
    });
  } catch {
    return notSaved("Not saved: no connection", true);
  }
  if (response.type === "opaqueredirect") return notSaved("Not saved: you are signed out", true);
  if (response.status === 409) return conflict(target, await response.json());
  if (response.status === 403) return notSaved("Not saved: reload the page, your text stays", false);
  if (!response.ok) return notSaved("Not saved", response.status >= 500);
  return kept(target, await response.json());
}

function notSaved(text, again) {
  desk.dirty = true;
  word("failed", text);
  if (again) desk.timer = setTimeout(save, RETRY_AFTER);
}

function kept(target, answer) {
  target.elements.version.value = answer.version;
  if (answer.token) target.elements.token.value = answer.token;
  if (answer.seconds !== undefined) startClock(answer.seconds);
  if (answer.state === "kept") lapsed();
  if (desk.dirty) return;
  sessionStorage.removeItem(keptUnder(target.dataset.item));
  word("saved", "Saved");
}

function conflict(target, answer) {
  word("failed", "Not saved: changed in another tab");
  desk.dirty = true;
  const notice = document.getElementById("ws-notice");
  const box = document.createElement("div");
  box.className = "notice attention";
  const text = document.createElement("p");
  text.textContent = "This item was changed in another tab or window. Both texts are kept: "
    + "yours is here, the other one is stored.";
  const mine = button("Keep what is here", () => {
    target.elements.version.value = answer.version;
    notice.replaceChildren();
    save();
  });
  const other = button("Show the other one", () => {
    sessionStorage.removeItem(keptUnder(target.dataset.item));
    desk.dirty = false;
    window.location.reload();
  });
  box.append(text, mine, " ", other);
  notice.replaceChildren(box);
}

function button(text, act) {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", className: "button small", textContent: text });
  made.addEventListener("click", act);
  return made;
}

document.addEventListener("input", (event) => {
  const target = form();
  if (target && event.target.form === target && /^[fn]-/.test(event.target.name)) changed(target);
});
document.addEventListener("answer-cleared", () => changed(form()));
document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
window.addEventListener("pagehide", () => save());
window.addEventListener("online", () => save());
window.addEventListener("beforeunload", (event) => {
  if (desk.dirty || desk.saving) event.preventDefault();
});

// ---- Submit and next ---------------------------------------------------------------------------

// A submit waits for the save under way, so that it names the version that is stored. An undo
// leaves another item, whose text is saved first.
document.addEventListener("htmx:confirm", (event) => {
  const place = event.target.closest?.("#ws-form, #ws-undo");
  if (!place) return;
  event.preventDefault();
  if (desk.swapping) return;
  desk.swapping = true;
  clearTimeout(desk.timer);
  const go = () => event.detail.issueRequest(true);
  if (place.id === "ws-form") Promise.resolve(desk.saving).then(go);
  else save({ leaving: true }).then(() => (desk.dirty ? stay() : go()));
});

function stay() {
  desk.swapping = false;
  say("Nothing was undone: what you typed here could not be saved first.", "error");
}
document.addEventListener("htmx:afterRequest", (event) => {
  const { xhr } = event.detail;
  desk.swapping = false;
  if (!xhr || xhr.status === 0 || xhr.status >= 500) {
    say("Not sent: no connection. Nothing is lost; try again.", "error");
    return notSaved("Not saved: no connection", true);
  }
  // A form with something missing (422) has been kept as a draft, like one that was saved.
  if (xhr.status >= 300 && xhr.status !== 422) return;
  desk.dirty = false;
  if (desk.item) sessionStorage.removeItem(keptUnder(desk.item));
  word("saved", "Saved");
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id === "workspace" || event.target.id === "ws-form") arrive();
});

// ---- Time left ---------------------------------------------------------------------------------

const clock = { until: 0, warned: false, tick: 0 };

function startClock(seconds) {
  clock.until = performance.now() + seconds * 1000;
  clock.warned = seconds <= WARN_AT;
  clearInterval(clock.tick);
  clock.tick = setInterval(showTime, 15000);
  showTime();
}

function showTime() {
  const place = document.getElementById("ws-time");
  if (!place) return;
  const left = Math.round((clock.until - performance.now()) / 1000);
  if (left <= 0) return lapsed();
  place.toggleAttribute("data-low", left <= WARN_AT);
  place.textContent = left < 90 ? "1 min left" : `${Math.floor(left / 60)} min left`;
  if (left <= WARN_AT && !clock.warned) {
    clock.warned = true;
    announce("Five minutes left on this item. Press E to extend.");
  }
}

function lapsed() {
  clearInterval(clock.tick);
  const place = document.getElementById("ws-time");
  if (!place) return;
  place.setAttribute("data-low", "");
  place.textContent = "Reservation ended; your text is kept";
  announce("Your reservation has ended. What you typed is kept. Submit still works while a place is free.");
}

async function extend() {
  const target = document.getElementById("ws-extend");
  if (!target) return;
  const answer = await fetch(target.dataset.url, { method: "POST", body: new FormData(form()) })
    .catch(() => null);
  if (!answer) return say("Not extended: no connection.", "error");
  if (!answer.ok) return lapsed();
  startClock((await answer.json()).seconds);
  announce("Time extended.");
}

// ---- Keys --------------------------------------------------------------------------------------

const typing = (element) =>
  element.matches("textarea, select, input:not([type=radio], [type=checkbox], [type=range])");
const fields = () => [...document.querySelectorAll("#ws-form .answer")];
const press = (action) => document.querySelector(`[data-action="${action}"]`)?.click();

function move(from, step) {
  const all = fields();
  const at = all.indexOf(from?.closest(".answer"));
  const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step];
  focusIn(next);
}

function focusIn(answer) {
  const control = answer?.querySelector("input:checked")
    ?? answer?.querySelector("input:not([type=hidden]), textarea, select");
  control?.focus();
  answer?.scrollIntoView({ block: "nearest" });
}

function choose(answer, digit) {
  const input = answer?.querySelector(`input[data-key="${digit}"]`);
  input?.click();
  input?.focus();
  return Boolean(input);
}

const LETTERS = { s: "skip", p: "park", e: "extend", g: "guidelines", u: "undo" };

document.addEventListener("keydown", (event) => {
  if (desk.swapping || event.isComposing || document.querySelector("dialog[open]")) return;
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && !event.repeat) {
    event.preventDefault();
    return press("submit");
  }
  if (event.repeat && !event.key.startsWith("Arrow")) return;
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (plainKey(event)) event.preventDefault();
});

function plainKey(event) {
  const answer = event.target.closest?.(".answer");
  if (/^[1-9]$/.test(event.key)) return choose(answer, event.key);
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (!event.target.closest?.("#ws-form")) return false;
    move(event.target, event.key === "ArrowDown" ? 1 : -1);
    return true;
  }
  if (event.key === "?") {
    document.getElementById("keys").showModal();
    return true;
  }
  const action = LETTERS[event.key.toLowerCase()];
  if (action === "extend") extend();
  else if (action) press(action);
  return Boolean(action);
}

document.addEventListener("click", (event) => {
  if (event.target.closest("#ws-extend")) extend();
});

// ---- Arriving at an item -----------------------------------------------------------------------

function restore(target) {
  const stored = sessionStorage.getItem(keptUnder(target.dataset.item));
  if (!stored) return;
  const answers = JSON.parse(stored);
  for (const control of [...target.elements].filter((one) => /^[fn]-/.test(one.name))) {
    const mine = answers.filter(([name]) => name === control.name).map(([, value]) => value);
    if (control.matches("[type=radio], [type=checkbox]")) control.checked = mine.includes(control.value);
    else if (mine.length) control.value = mine[0];
  }
  target.dispatchEvent(new CustomEvent("answers-restored", { bubbles: true }));
  changed(target);
}

// Undo is offered for so long as the server takes it. An offer that was swapped away is let go.
let offered = 0;

function offerUndo() {
  clearTimeout(offered);
  const offer = document.getElementById("ws-undo");
  if (offer) offered = setTimeout(() => offer.remove(), Number(offer.dataset.seconds) * 1000);
}

function arrive() {
  offerUndo();
  const target = form();
  if (!target) return;
  for (const cap of document.querySelectorAll("kbd[data-mod]")) {
    cap.textContent = /Mac|iPhone|iPad/.test(navigator.platform) ? "⌘" : "Ctrl";
  }
  const isNew = desk.item !== target.dataset.item;
  desk.item = target.dataset.item;
  const wrong = target.querySelector(".answer[data-wrong]");
  if (wrong) return focusIn(wrong);
  const time = document.getElementById("ws-time");
  if (time) startClock(Number(time.dataset.seconds));
  if (!isNew) return;
  restore(target);
  document.getElementById("ws-item").scrollTop = 0;
  focusIn(fields()[0]);
  announce(`Next item: ${document.querySelector(".ws-title h2")?.textContent.trim() ?? ""}`);
}

arrive();
