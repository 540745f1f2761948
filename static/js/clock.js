// Time left on the reservation, counted down from the server's figure. The queue may be paused and
// go on, so that the server is asked before this clock says anything new by itself.

import { announce, desk, form, goOn, make, notice, noticeGone, renewed } from "./desk.js";
import { say } from "./site.js";

const WARN_AT = 300;
const TICK = 15000;
const PATIENCE = 10000;
// Seconds that the server's figure is good for: where there is something to say, and otherwise.
const FRESH = 15;
const GOOD = 60;

// A laptop that slept has a monotonic clock that stood still, and a wall clock may be set: what
// says that more time has passed is believed.
const now = () => ({ steady: performance.now(), wall: Date.now() });
const since = (then) => Math.max(performance.now() - then.steady, Date.now() - then.wall) / 1000;

// `told`: when the server gave the figure; `asked`: when it was last asked, answer or none.
const clock = {
  seconds: 0, paused: false, told: now(), asked: now(), asking: null,
  warned: false, lapsed: false, tick: 0,
};
const left = () => Math.round(clock.seconds - (clock.paused ? 0 : since(clock.told)));
const isLow = () => left() <= WARN_AT;

// An item has come, with what the server knew then.
export function startClock() {
  const place = document.getElementById("ws-time");
  if (!place) return stopClock();
  const seconds = Number(place.dataset.seconds);
  clock.warned = seconds <= WARN_AT;
  set({ seconds, paused: "paused" in place.dataset });
  show();
}

export function stopClock() {
  clearInterval(clock.tick);
  Object.assign(clock, { told: now(), lapsed: false });
}

function set({ seconds, paused = false }) {
  const told = now();
  Object.assign(clock, { seconds, paused, told, asked: told, lapsed: false });
  clock.warned &&= isLow();
  clearInterval(clock.tick);
  clock.tick = setInterval(look, TICK);
}

// ---- What is said ------------------------------------------------------------------------------

const PAUSED = "Paused: your timer is stopped";
const PAUSED_ALREADY = "The queue is paused: your timer is stopped. You can extend your time when it resumes.";
const OVER = "Your time on this item is over. What you typed is kept, and your next save takes the item back if a place is free.";

const inWords = () => `${Math.ceil(left() / 60)} min left`;
const more = () => (isLow() ? " Press E to extend." : "");

// Where there is little room, the rest of it is left out.
function tell(text, { low = false } = {}) {
  const place = document.getElementById("ws-time");
  if (!place) return;
  place.toggleAttribute("data-low", low);
  const [said, rest] = text.split(/(?= left$|: )/);
  const className = rest?.startsWith(":") ? "ws-why" : "ws-left";
  place.replaceChildren(said, ...(rest ? [make("span", { className, text: rest })] : []));
  document.getElementById("ws-extend")?.setAttribute("aria-disabled", clock.paused);
}

function show() {
  if (clock.lapsed) return;
  if (clock.paused) return tell(PAUSED);
  if (left() <= 0) return lapse();
  tell(inWords(), { low: isLow() });
  if (!isLow() || clock.warned) return;
  clock.warned = true;
  say(`${inWords()} on this item.${more()}`);
}

// What waits for a choice, or says why nothing was taken, is not put away for the time.
const isBusy = () =>
  document.querySelector("#ws-notice :is([data-refused], [data-about=conflict], [data-about=submitted], [data-about=undone])");

function lapse() {
  clock.lapsed = true;
  tell("Time is over", { low: true });
  if (isBusy()) announce(OVER);
  else notice("time", OVER);
}

// A save that kept the text but found no place any more; the server says why, in a word for the bar
// and a sentence. `goes_on`: the queue may have another item.
export function slotGone({ sentence, word, goes_on: goesOn = true }) {
  placeGone(word);
  const shown = document.getElementById("ws-notice")?.textContent.trim() ?? "";
  if (shown.startsWith(sentence) || isBusy()) return;
  notice("time", sentence, {}, ...(form().dataset.next && goesOn ? [goOn()] : []));
}

// Time is what is over only where the server says that.
export function placeGone(word = "Place gone") {
  clearInterval(clock.tick);
  Object.assign(clock, { lapsed: true, paused: false });
  tell(word, { low: true });
}

// ---- What the server says ----------------------------------------------------------------------

// The reservation is alive. `again`: it had lapsed, and a place was free.
export function held(answer, { again = false } = {}) {
  const turned = clock.paused !== Boolean(answer.paused);
  set(answer);
  if (turned) turn();
  show();
  noticeGone("time");
  noticeGone("extend");
  if (!again) return;
  notice("again", "Your time was over, and the item is yours again: nobody had taken the place.",
    { kind: "calm" });
}

function turn() {
  clock.warned ||= isLow();
  if (clock.paused) return announce(`${PAUSED}.`);
  announce(`The queue has resumed: ${inWords()}.${more()}`);
}

// More time was given, or the time stands still.
export function extended(answer) {
  held(answer);
  noticeGone("again");
  if (!clock.paused) return announce(`Time extended: ${inWords()}.`);
  if (!isBusy()) notice("extend", PAUSED_ALREADY, { kind: "calm", quiet: true });
  announce(PAUSED_ALREADY);
}

export const isLapsed = () => clock.lapsed;

// ---- Asking it ---------------------------------------------------------------------------------

const hasNews = () =>
  !clock.paused && !clock.lapsed && (left() <= 0 || (isLow() && !clock.warned));

// Looks at the clock; the server is asked first where its figure is too old. `back`: somebody has
// come back to the page.
async function look({ back = false } = {}) {
  if (!document.getElementById("ws-time") || desk.flight) return;
  const news = hasNews();
  const good = news || back ? FRESH : GOOD;
  if (since(clock.asked) >= good && (news || !document.hidden)) clock.asking = ask(clock.told);
  await clock.asking;
  if (!desk.flight) show();
}

// Asking renews nothing. Without an answer the clock goes by the figure it has; an answer that
// something newer has overtaken is none.
async function ask(told) {
  const address = document.getElementById("ws-time").dataset.url;
  if (!address) return;
  clock.asked = now();
  const answer = await fetch(address, {
    redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(PATIENCE),
  }).then((response) => (response.ok ? response.json() : noAnswer(response)), () => null).catch(() => null);
  if (!answer || told !== clock.told || desk.flight) return;
  if (String(answer.person) !== form()?.dataset.person) return;
  if (answer.state === "held") held(answer);
  else if (answer.sentence) slotGone(answer);
  else over();
}

// Who is removed from the queue meanwhile learns it from the bar, and not only at the next save.
async function noAnswer({ status }) {
  if (status === 403 && (await renewed(form())) === "ok") placeGone("No access");
}

// Something was refused: why, the server knows.
export const askTime = () => document.getElementById("ws-time") && ask(clock.told);

// By the server's word: nothing more is to be asked until somebody comes back.
function over() {
  clearInterval(clock.tick);
  Object.assign(clock, { seconds: 0, paused: false });
  show();
}

const comeBack = () => form() && look({ back: true });
document.addEventListener("visibilitychange", () => !document.hidden && comeBack());
window.addEventListener("focus", comeBack);
