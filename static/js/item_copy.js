// Copying what is read: a message, a block of code, what went into a tool or came out of it.

import { say } from "./site.js";

const MOST_BLOCKS = 500;

export async function copyText(text) {
  const told = await navigator.clipboard.writeText(text).then(
    () => "Copied",
    () => "Not copied: select the text and copy it by hand",
  );
  say(told);
}

// Code blocks get their button here: the sanitiser lets no button through, and needs not.
export function dressCode(root) {
  for (const block of [...root.querySelectorAll(".reading .prose pre")].slice(0, MOST_BLOCKS)) {
    if (block.parentElement.matches(".code")) continue;
    const box = Object.assign(document.createElement("div"), { className: "code" });
    const button = Object.assign(document.createElement("button"), {
      type: "button", className: "copy", textContent: "Copy", tabIndex: -1,
    });
    button.dataset.copyCode = "";
    block.replaceWith(box);
    box.append(block, button);
  }
}

// ---- JSON again from what is shown -------------------------------------------------------------

function jsonOf(row) {
  if (row.matches("details")) {
    const open = row.matches(".array") ? "[]" : "{}";
    return wrapped(open, [...row.children].filter((child) => child.matches("details, .json-row")));
  }
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
  const rows = [...tree.children].filter((child) => child.matches("details, .json-row"));
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
