// JSON trees and trees of steps: arrow keys move, open and fold; C copies the path of a key. One
// row of each tree is in the tab order, the one last visited.

import { copyText } from "./site.js";

const TREES = ".json, .steps-tree";
const ROWS = "summary, .json-row, .run-step";

export function dressTrees(root) {
  for (const tree of root.querySelectorAll(TREES)) {
    for (const branch of tree.querySelectorAll("summary")) branch.tabIndex = -1;
    const first = tree.querySelector(ROWS);
    if (first) first.tabIndex = 0;
  }
}

// ---- Keys --------------------------------------------------------------------------------------

const shown = (row) => row.checkVisibility();
const rowOf = (element) => element.closest?.(TREES) && element.closest(ROWS);

function next(tree, row, step) {
  const rows = [...tree.querySelectorAll(ROWS)];
  for (let at = rows.indexOf(row) + step; rows[at]; at += step) {
    if (shown(rows[at])) return rows[at];
  }
  return null;
}

function visit(tree, row) {
  if (!row) return;
  tree.querySelector("[tabindex='0']:not(button)")?.setAttribute("tabindex", "-1");
  row.tabIndex = 0;
  row.focus();
}

const ACTS = {
  ArrowDown: (tree, row) => visit(tree, next(tree, row, 1)),
  ArrowUp: (tree, row) => visit(tree, next(tree, row, -1)),
  ArrowRight: (tree, row) => {
    const fold = row.matches("summary") ? row.parentElement : null;
    if (fold && !fold.open) fold.open = true;
    else if (fold) visit(tree, next(tree, row, 1));
  },
  ArrowLeft: (tree, row) => {
    if (row.matches("summary") && row.parentElement.open) row.parentElement.open = false;
    else visit(tree, outer(tree, row));
  },
  Home: (tree) => visit(tree, tree.querySelector(ROWS)),
  End: (tree) => visit(tree, [...tree.querySelectorAll(ROWS)].filter(shown).at(-1)),
  c: (tree, row) => tree.matches(".json") && copyPath(row),
};

function outer(tree, row) {
  const fold = (row.matches("summary") ? row.parentElement : row).parentElement.closest("details");
  return fold && tree.contains(fold) ? fold.querySelector(":scope > summary") : null;
}

// Before the page's own keys: an arrow in a tree never moves between fields or items.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const row = event.target.matches?.(ROWS) ? rowOf(event.target) : null;
  const act = row && ACTS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!act) return;
  act(row.closest(TREES), row);
  event.preventDefault();
  event.stopImmediatePropagation();
}, { capture: true });

document.addEventListener("click", (event) => {
  const row = event.target.closest?.(".row-tools") ? null : rowOf(event.target);
  if (row && getSelection().isCollapsed) visit(row.closest(TREES), row);
});

// ---- Type and path -----------------------------------------------------------------------------

const escaped = (key) => key.replaceAll("\\", "\\\\").replaceAll(".", "\\.");
const keyOf = (row) => row.querySelector(":scope > .json-key")?.textContent;

// As `traces.paths` writes them: keys joined by dots, a dot or backslash in a key escaped.
export function pathOf(row) {
  const keys = [];
  for (let at = row; at; at = outer(at.closest(".json"), at)) {
    if (keyOf(at) !== undefined) keys.unshift(keyOf(at));
  }
  const top = row.closest(".json").dataset.key;
  return (top === undefined ? keys : [top, ...keys]).map(escaped).join(".");
}

const copyPath = (row) => copyText(pathOf(row));

function typeOf(row) {
  if (row.matches("summary")) return row.parentElement.matches(".array") ? "list" : "object";
  const kind = row.querySelector(":scope > :not(.json-key)").className.replace("json-", "");
  return { array: "empty list", object: "empty object" }[kind] ?? kind;
}

const tools = document.createElement("span");
const type = document.createElement("span");
const copier = document.createElement("button");
Object.assign(copier, { type: "button", className: "copy", tabIndex: -1 });
copier.append("Copy path ", Object.assign(document.createElement("kbd"), { textContent: "C" }));
tools.className = "row-tools";
tools.append(type, copier);

let about = null;
copier.addEventListener("click", () => about && copyPath(about));

function tellOf(row) {
  const tree = row?.closest(".json");
  if (!tree || row === about || row.parentElement.matches(".json-more")) return;
  about = row;
  type.textContent = typeOf(row);
  copier.hidden = !pathOf(row);
  tree.append(tools);
  const line = row.firstElementChild ?? row;
  const top = line.getBoundingClientRect().top - tree.getBoundingClientRect().top;
  tools.style.insetBlockStart = `${top + tree.scrollTop}px`;
}

document.addEventListener("focusin", (event) => tellOf(rowOf(event.target)));
document.addEventListener("pointerover", (event) => {
  if (!event.target.closest?.(".row-tools")) tellOf(rowOf(event.target));
});
// Rows have moved; the event comes a moment after the fold, when another row may have the focus.
document.addEventListener("toggle", () => {
  about = null;
  tools.remove();
  tellOf(rowOf(document.activeElement));
}, { capture: true });
