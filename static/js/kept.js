// What the browser keeps of answers that are not saved yet ends after 14 days, and when its person
// signs out here. Other tabs hear of that, and keep theirs to themselves. On every page but those
// that write it.

import { DRAFTS, SIGNED_OUT, recall, remember } from "./site.js";

const KEPT_FOR = 14 * 24 * 3600 * 1000;

function forget(isOver) {
  for (const name of names().filter((one) => one.startsWith(DRAFTS) && isOver(one))) {
    remember("localStorage", name, null);
  }
}

function names() {
  try {
    return Object.keys(localStorage);
  } catch {
    return [];
  }
}

function keptAt(name) {
  try {
    return JSON.parse(recall("localStorage", name)).at;
  } catch {
    return 0;
  }
}

forget((name) => !(Date.now() - keptAt(name) < KEPT_FOR));

document.addEventListener("submit", (event) => {
  const person = event.target.dataset.signOut;
  if (!person) return;
  forget((name) => name.startsWith(`${DRAFTS}${person} `));
  remember("localStorage", SIGNED_OUT, String(Date.now()));
});
