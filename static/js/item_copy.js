// Copying what is read: a message, a block of code, what went into a tool or came out of it.

import { copyText, say } from "./site.js";

const MOST_BLOCKS = 500;
const CHARACTER = 8; // pixels of one in code, about

// Code blocks get their button here: the sanitiser lets no button through, and needs not.
export function dressCode(root) {
  for (const block of [...root.querySelectorAll(".reading .prose pre")].slice(0, MOST_BLOCKS)) {
    if (block.parentElement.matches(".code")) continue;
    const box = Object.assign(document.createElement("div"), { className: "code" });
    block.replaceWith(box);
    box.append(block, tool("Copy", "copyCode"));
    const characters = Math.floor(box.closest(".reading").clientWidth / CHARACTER);
    if (!new RegExp(`[^\\n]{${characters}}`).test(block.textContent)) continue;
    const wrap = tool("Wrap", "wrapCode");
    wrap.setAttribute("aria-pressed", "false");
    box.append(wrap);
  }
}

function tool(word, act) {
  const button = Object.assign(document.createElement("button"), {
    type: "button", className: "copy", textContent: word, tabIndex: -1,
  });
  button.dataset[act] = "";
  return button;
}

export function wrapCode(button) {
  const wrapped = button.closest(".code").classList.toggle("wrapped");
  button.setAttribute("aria-pressed", String(wrapped));
}

// ---- JSON again from what is shown -------------------------------------------------------------

// Those behind "… more" are rows as the others.
const rowsOf = (element) => [...element.children].flatMap((child) => {
  if (child.matches(".json-more")) return rowsOf(child);
  return child.matches("details, .json-row") ? [child] : [];
});

function jsonOf(row) {
  if (row.matches("details")) return wrapped(row.matches(".array") ? "[]" : "{}", rowsOf(row));
  const value = row.querySelector(":scope > :not(.json-key)");
  const text = value.textContent;
  if (value.matches(".json-string")) return JSON.stringify(text);
  return value.matches(".json-object, .json-array") ? text.replace(" ", "") : text;
}

function wrapped([open, close], rows) {
  const lines = rows.map((row) => {
    const key = (row.matches("details") ? row.firstElementChild : row).querySelector(":scope > .json-key");
    return open === "{" ? `${JSON.stringify(key.textContent)}: ${jsonOf(row)}` : jsonOf(row);
  });
  const inner = lines.join(",\n").replace(/^/gm, "  ");
  return lines.length ? `${open}\n${inner}\n${close}` : open + close;
}

function treeText(tree) {
  const rows = rowsOf(tree);
  if (rows.length === 1 && !rows[0].querySelector(".json-key")) return jsonOf(rows[0]);
  return wrapped(tree.matches(".array") ? "[]" : "{}", rows);
}

// A copy button was pressed.
export function copy(button) {
  const whole = button.closest(".code, .part, .turn");
  const tree = whole.querySelector(":scope > .json");
  if (button.matches("[data-copy-code]")) copyText(whole.querySelector("pre").textContent);
  else if (tree && button.matches("[data-copy-part]")) {
    copyText(treeText(tree));
    if (tree.querySelector(".json-cut")) say("Some of it is not shown, and was not copied: Raw shows more, and its download has all.");
  } else copyText(wordsOf(whole));
}

// Texts of the message itself: its folded beginning, then the rest.
function wordsOf(whole) {
  const texts = [...whole.querySelectorAll(":scope > :is(.turn-text, .raw), :scope > .repeat > .turn-text")];
  return texts.map((text) => text.innerText.trim()).join("\n\n");
}
