// Raw view: the content as JSON text, fetched once when it is first asked for. Each of the
// two views keeps its own place.

import { scrollers, tell } from "./item_views.js";
import { refresh } from "./item_find.js";
import { say } from "./site.js";

const MOST = 1_000_000; // characters that a page shows at once
const LINES = 200; // of a piece: only pieces in sight are laid out

const place = { read: 0, raw: 0 };

export async function toggleRaw() {
  const view = document.querySelector("[data-item-view]");
  const toggle = document.querySelector("[data-raw-toggle]");
  if (!view || !toggle || toggle.hasAttribute("data-loading")) return;
  const raw = view.querySelector("[data-raw]");
  if (!raw.hidden) return swap(view, toggle, false);
  if (!raw.hasAttribute("data-loaded") && !(await load(raw, toggle))) return;
  if (view.isConnected) swap(view, toggle, true);
}

async function load(raw, toggle) {
  const address = toggle.dataset.rawToggle;
  toggle.setAttribute("data-loading", "");
  const response = await fetch(address, { redirect: "manual" }).catch(() => null);
  const text = response?.ok ? await response.text().catch(() => null) : null;
  toggle.removeAttribute("data-loading");
  if (text === null) {
    say(response ? "The raw content didn't arrive: reload the page." : "Not loaded: no connection.", "error");
    return false;
  }
  raw.querySelector("[data-raw-text]").replaceChildren(...pieces(text.slice(0, MOST)));
  raw.querySelector("[data-raw-download]").href = address;
  raw.querySelector("[data-raw-note]").textContent = text.length > MOST
    ? `The first ${MOST.toLocaleString("en")} of ${text.length.toLocaleString("en")} characters are shown; the download has all.`
    : "";
  raw.setAttribute("data-loaded", "");
  place.raw = 0;
  return true;
}

function* pieces(text) {
  const lines = text.split(/(?<=\n)/);
  for (let at = 0; at < lines.length; at += LINES) {
    const piece = document.createElement("span");
    piece.className = "raw-piece";
    piece.textContent = lines.slice(at, at + LINES).join("");
    yield piece;
  }
}

function swap(view, toggle, toRaw) {
  const [scroller] = scrollers(view.parentElement);
  const reading = view.querySelector("[data-reading]");
  const raw = view.querySelector("[data-raw]");
  const focusIsGone = (toRaw ? reading : raw).contains(document.activeElement);
  place[toRaw ? "read" : "raw"] = scroller.scrollTop;
  reading.hidden = toRaw;
  raw.hidden = !toRaw;
  toggle.setAttribute("aria-pressed", String(toRaw));
  scroller.scrollTop = place[toRaw ? "raw" : "read"];
  if (focusIsGone) toggle.focus({ preventScroll: true });
  tell(toRaw ? "Raw content" : "Reading view");
  refresh();
}
