// How long one is at an item: in view, with an act of theirs within the last minute. The form carries
// the sum, which began with that of earlier openings. Loading the page was an act, too.

import { form } from "./desk.js";

const ACTS = ["keydown", "pointerdown", "pointermove", "wheel", "scroll", "visibilitychange"];
const IDLE = 60000;
const OFTEN = 500;

let seen = 0;
let until = IDLE;

function count() {
  const now = performance.now();
  if (now - seen < OFTEN && until && !document.hidden) return;
  const sum = form()?.elements.active_ms;
  const spent = Math.min(now, until) - seen;
  if (sum && spent > 0) sum.value = Math.round(Number(sum.value) + spent);
  seen = now;
  until = document.hidden ? 0 : now + IDLE;
}

for (const act of ACTS) document.addEventListener(act, count, { capture: true, passive: true });
count();
