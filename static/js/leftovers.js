// What another tab left of this item: taken up only when that tab is gone. Fetched where there is
// something.

import { bothTexts } from "./conflict.js";
import { form } from "./desk.js";
import { recall, remember } from "./site.js";
import { answersOf, fill, told } from "./storage.js";

const PATIENCE = 1000; // milliseconds: a page that is reloaded is gone a moment after the next came

const read = ({ place, name }) => JSON.parse(recall(place, name));
const forget = ({ place, name }) => remember(place, name, null);
const isGone = (lock) =>
  navigator.locks.request(lock, { mode: "shared", signal: AbortSignal.timeout(PATIENCE) }, () => true)
    .catch(() => false);

// Where somebody has moved on meanwhile, here or in a third tab, the person is shown both texts; one
// at a time, the newest first. `saving`: {state, changed, save} of saving.js.
export async function restore(target, found, saving) {
  for (const mine of await leftBehind(found)) {
    if (form() !== target || saving.state.stopped) return;
    const here = told(answersOf(target));
    if (told(mine.answers) !== here && !takeUp(target, mine, here, saving)) return;
    forget(mine);
  }
}

async function leftBehind(found) {
  const gone = await Promise.all(found.map(({ place, lock }) => place === "sessionStorage" || isGone(lock)));
  return found
    .filter((_, place) => gone[place])
    .map((one) => ({ ...one, ...read(one) }))
    .filter((one) => one.answers)
    .sort((one, other) => (other.at ?? 0) - (one.at ?? 0));
}

function takeUp(target, mine, here, saving) {
  const version = target.elements.version.value;
  const follows = mine.version === version || (mine.sent ?? []).includes(here);
  if (here === saving.state.base && follows) {
    fill(target, mine.answers);
    saving.changed(target);
    return true;
  }
  bothTexts(target, mine.answers, version, saving, () => forget(mine));
  return false;
}
