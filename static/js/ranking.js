// A ranking (templates/fields/kinds/ranking.html): rows that move by buttons, keys and dragging. The
// menus hold the answer, so that the form is whole without a script; the rows only show it. As long
// as nobody has moved a row or pressed "Use this order", nothing is answered.

import { keysAreOff } from "./site.js";

const rowsOf = (ranking) => [...ranking.querySelectorAll(".rank")];
const menusOf = (ranking) => [...ranking.querySelectorAll("select")];
const rankingOf = (element) => element.closest("[data-ranking]");
const placeOf = (row) => rowsOf(rankingOf(row)).indexOf(row);

// Puts the rows in the order of the menus; options without a place follow as the field has them.
export function showOrder(ranking) {
  const menus = menusOf(ranking);
  const chosen = menus.map((menu) => menu.value).filter(Boolean);
  const all = [...menus[0].options].map((option) => option.value).filter(Boolean);
  const order = [...new Set([...chosen, ...all])];
  const rows = rowsOf(ranking);
  if (rows.some((row, place) => row.dataset.value !== order[place])) {
    const sorted = order.map((value) => rows.find((row) => row.dataset.value === value));
    ranking.querySelector(".ranks").append(...sorted);
  }
  markEnds(ranking);
}

function markEnds(ranking) {
  const rows = rowsOf(ranking);
  for (const [row, step] of rows.flatMap((one) => [[one, -1], [one, 1]])) {
    const isEnd = row === rows.at(step < 0 ? 0 : -1);
    const button = row.querySelector(`[data-rank-move="${step}"]`);
    if (isEnd) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  }
}

// The order that is shown is the answer.
function answer(ranking) {
  const menus = menusOf(ranking);
  rowsOf(ranking).forEach((row, place) => { menus[place].value = row.dataset.value; });
  markEnds(ranking);
  menus[0].dispatchEvent(new Event("input", { bubbles: true }));
}

function say(ranking, text) {
  ranking.querySelector("[data-rank-said]").textContent = text;
}

// The others pass the row: what is moved in the document would lose the focus and the pointer.
function move(row, place) {
  const rows = rowsOf(rankingOf(row));
  const at = rows.indexOf(row);
  if (place < 0 || place >= rows.length || place === at) return false;
  if (place < at) row.after(...rows.slice(place, at));
  else row.before(...rows.slice(at + 1, place + 1));
  return true;
}

function finish(row) {
  const ranking = rankingOf(row);
  answer(ranking);
  row.scrollIntoView({ block: "nearest" });
  const label = row.querySelector(".choice-text").firstChild.textContent.trim();
  say(ranking, `${label}: place ${placeOf(row) + 1} of ${rowsOf(ranking).length}`);
}

function moveTo(row, place) {
  if (move(row, place)) finish(row);
}

// ---- Buttons and keys --------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-rank-move]");
  const row = button?.closest(".rank");
  if (row) moveTo(row, placeOf(row) + Number(button.dataset.rankMove));
  const confirm = event.target.closest?.("[data-rank-confirm]");
  if (confirm) takeAsShown(rankingOf(confirm));
});

function takeAsShown(ranking) {
  answer(ranking);
  ranking.querySelector(".ranks").focus({ preventScroll: true });
  say(ranking, "This order is your answer.");
}

const STEPS = { ArrowUp: -1, ArrowDown: 1 };

document.addEventListener("keydown", (event) => {
  const row = event.target.closest?.(".rank");
  const isPlain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.isComposing);
  if (!row || !isPlain || document.body.hasAttribute("data-swapping")) return;
  if (event.altKey && event.key in STEPS) moveTo(row, placeOf(row) + STEPS[event.key]);
  else if (!event.altKey && /^[1-9]$/.test(event.key) && !keysAreOff()) moveTo(row, event.key - 1);
  else return;
  event.preventDefault();
});

document.addEventListener("answer-cleared", (event) => {
  event.target.querySelectorAll?.("[data-ranking]").forEach(showOrder);
});

// ---- Dragging ----------------------------------------------------------------------------------

let dragged = null;

document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest?.("[data-rank-grip]");
  if (!grip || event.button !== 0) return;
  dragged = { row: grip.closest(".rank"), from: placeOf(grip.closest(".rank")) };
  dragged.row.toggleAttribute("data-dragged", true);
  grip.setPointerCapture(event.pointerId);
  event.preventDefault(); // no text is selected on the way
});

document.addEventListener("pointermove", (event) => {
  if (!dragged) return;
  const others = rowsOf(rankingOf(dragged.row)).filter((row) => row !== dragged.row);
  const middle = (row) => { const box = row.getBoundingClientRect(); return box.top + box.height / 2; };
  move(dragged.row, others.filter((row) => middle(row) < event.clientY).length);
});

document.addEventListener("pointerup", () => drop((row, from) => {
  if (placeOf(row) !== from) finish(row);
}));
document.addEventListener("pointercancel", () => drop((row) => showOrder(rankingOf(row))));

function drop(then) {
  if (!dragged) return;
  const { row, from } = dragged;
  dragged = null;
  row.removeAttribute("data-dragged");
  if (row.isConnected) then(row, from);
}
