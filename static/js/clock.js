// Time left on the reservation, counted down from the server's figure.

import { announce, form, goOn, make, notice, noticeGone } from "./desk.js";

const WARN_AT = 300;
const TICK = 15000;

// A laptop that slept has a monotonic clock that stood still, and a wall clock may be set: what
// says that more time has passed is believed. The server decides, at the next save.
const clock = { seconds: 0, since: 0, wall: 0, warned: false, lapsed: false, tick: 0 };
const passed = () =>
  Math.max(performance.now() - clock.since, Date.now() - clock.wall) / 1000;
const left = () => Math.round(clock.seconds - passed());

export function startClock(seconds) {
  Object.assign(clock, {
    seconds, since: performance.now(), wall: Date.now(), warned: seconds <= WARN_AT, lapsed: false,
  });
  clearInterval(clock.tick);
  clock.tick = setInterval(showTime, TICK);
  showTime();
}

export function stopClock() {
  clearInterval(clock.tick);
  clock.lapsed = false;
}

function tell(text, low) {
  const place = document.getElementById("ws-time");
  if (!place) return;
  place.toggleAttribute("data-low", low);
  const [said, more] = text.split(/(?= left$)/);
  place.replaceChildren(said, ...(more ? [make("span", { className: "ws-left", text: more })] : []));
}

function showTime() {
  if (!document.getElementById("ws-time")) return;
  const rest = left();
  if (rest <= 0) return lapse();
  tell(inWords(rest), rest <= WARN_AT);
  if (rest <= WARN_AT && !clock.warned) {
    clock.warned = true;
    announce("Five minutes left on this item. Press E to extend.");
  }
}

const inWords = (rest) => `${Math.ceil(rest / 60)} min left`;

const OVER = "Your time on this item is over. What you typed stays, and the next save takes the item up again if a place is free.";

function lapse() {
  clearInterval(clock.tick);
  if (clock.lapsed) return;
  clock.lapsed = true;
  tell("Time is over", true);
  notice("time", OVER);
}

// A save that found the reservation alive; `again`: it had lapsed, and a place was free.
export function held(seconds, { again = false } = {}) {
  if (seconds !== undefined) startClock(seconds);
  else if (clock.lapsed) startClock(clock.seconds);
  noticeGone("time");
  if (!again) return;
  notice("again", "Your time was over, and the item is yours again: nobody had taken the place.",
    { kind: "calm" });
}

// A save that kept the text but found no place any more; the server's sentence says why.
export function slotGone(sentence) {
  clearInterval(clock.tick);
  clock.lapsed = true;
  tell("Time is over", true);
  const shown = document.getElementById("ws-notice")?.textContent.trim() ?? "";
  if (shown.startsWith(sentence) || document.querySelector("#ws-notice [data-refused]")) return;
  notice("time", sentence, {}, ...(form().dataset.next ? [goOn()] : []));
}

// More time was given.
export function extended(seconds) {
  startClock(seconds);
  noticeGone("again");
  noticeGone("extend");
  announce(`Time extended: ${inWords(left())}.`);
}

export const isLapsed = () => clock.lapsed;

document.addEventListener("visibilitychange", () => {
  if (!document.hidden && form()) showTime();
});
