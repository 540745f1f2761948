// What every part of the workspace knows: the form that is on the page now, whether it is on its
// way, and how the page speaks. Item and form are swapped together, so that nothing here remembers
// an item by itself.

// `flight`: a swap is under way. `armed`: the item has been there long enough, or was touched, so
// that a submit can be meant for it.
export const desk = { flight: false, armed: true };

export const form = () => document.getElementById("ws-form");
export const isAnswer = (control) => /^[fn]-/.test(control.name ?? "");
export const answerControls = (target) => [...target.elements].filter(isAnswer);
export const isBox = (control) => control.matches("[type=radio], [type=checkbox]");

export const isSentBack = () => Boolean(document.querySelector("#ws-form .ws-returned"));

// Another item is shown in place of the present one (past.js).
export const isAway = () => document.getElementById("ws-past")?.hidden === false;
// `leave` shows the present item again; past.js, fetched when it is first wanted, puts it here.
export const past = { leave: null };

// Said to screen readers: politely, or at once where something needs a person. The same words
// twice are two announcements.
export function announce(text, { atOnce = false } = {}) {
  const place = document.getElementById(atOnce ? "ws-alert" : "ws-announce");
  if (place) place.textContent = place.textContent === text ? `${text}\u00a0` : text;
}

// The word beside the time: saved, saving or failed. Where there is no room for it, what stands
// after a colon is left to the notice.
export function word(state, text) {
  const place = document.getElementById("ws-saved");
  if (!place || (place.dataset.saved === state && place.textContent === text)) return;
  place.dataset.saved = state;
  const [said, more] = text.split(/(?=:)/);
  place.replaceChildren(said, ...(more ? [make("span", { className: "ws-why", text: more })] : []));
}

export function make(tag, { text, ...more } = {}, ...children) {
  const made = Object.assign(document.createElement(tag), more);
  if (text !== undefined) made.textContent = text;
  made.append(...children);
  return made;
}

// A button in a notice that leaves the item: its text is saved first (swap.js).
export function goOn() {
  const made = make("button", { type: "button", className: "button small", text: "Continue to the next item" });
  made.dataset.leaves = "";
  made.setAttribute("hx-post", form().dataset.next);
  return made;
}

// One notice at a time stands above the fields. `about` names it, so that only who put it there
// takes it away; `quiet`: it is not read aloud.
export function notice(about, sentence, { kind = "attention", quiet = false } = {}, ...parts) {
  const place = document.getElementById("ws-notice");
  if (!place) return;
  const box = make("div", { className: `notice ${kind}` }, make("p", { text: sentence }), ...parts);
  box.dataset.about = about;
  place.replaceChildren(box);
  window.htmx?.process(box);
  form()?.dispatchEvent(new CustomEvent("notice-shown", { bubbles: true }));
  if (!quiet) announce(sentence, { atOnce: true });
}

// An alert goes with its cause.
export function noticeGone(about) {
  const box = document.querySelector(`#ws-notice > [data-about="${about}"]`);
  if (!box) return;
  box.remove();
  hush();
}

export const hush = () => document.getElementById("ws-alert")?.replaceChildren();

// Who is signed in now, as session.js finds out.
export const renewed = (target) => import("./session.js").then(({ renew }) => renew(target), () => "offline");

export const isSignIn = (target, address) =>
  Boolean(address) && address.startsWith(target.dataset.signIn.split("?")[0]);
