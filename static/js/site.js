// Small behaviours by attribute (docs/look.md). Listeners sit on the document, so that
// fragments swapped in later need no set-up.

const on = (type, selector, act) =>
  document.addEventListener(type, (event) => {
    const element = event.target.closest?.(selector);
    if (element) act(element, event);
  });

// Copy: data-copy="text" or data-copy-from="id".
function copy(button) {
  const source = document.getElementById(button.dataset.copyFrom);
  copyText(button.dataset.copy ?? source?.innerText ?? "");
}
export async function copyText(text) {
  const isCopied = await toClipboard(text).then(() => true, () => false);
  say(isCopied ? "Copied" : "Not copied: select the text and copy it by hand");
}
// Without HTTPS browsers give pages no clipboard.
export async function toClipboard(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const from = document.activeElement;
  const box = Object.assign(document.createElement("textarea"), { value: text });
  (document.querySelector("dialog[open]") ?? document.body).append(box);
  box.select();
  const isCopied = document.execCommand("copy");
  box.remove();
  from?.focus();
  if (!isCopied) throw new Error("not copied");
}
on("click", "[data-copy], [data-copy-from]", copy);

// Messages.
export function say(text, level = "success") {
  const toast = document.createElement("div");
  const words = document.createElement("p");
  toast.className = `toast ${level}`;
  words.textContent = text;
  toast.append(words);
  (document.querySelector("dialog[open] .toasts") ?? document.getElementById("messages"))?.append(toast);
  leaveSoon(toast);
}

// Errors and warnings stay until closed; the rest leaves when it is neither read nor focused.
function leaveSoon(toast) {
  if (toast.matches(".error, .warning, [data-timed]")) return;
  toast.dataset.timed = "";
  const leave = () => {
    if (toast.matches(":hover, :focus-within")) setTimeout(leave, 2000);
    else toast.remove();
  };
  setTimeout(leave, 8000);
}
on("click", "[data-dismiss]", (button) => button.closest(".toast").remove());

// A refusal that no page of its own shows comes as a message (annotate_site/errors.py), which names
// its place. No other answer above 400 does, so that a proxy's page never gets into ours.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.xhr.getResponseHeader("HX-Retarget")) detail.shouldSwap = true;
});

// Dialogs: opener data-open-dialog="id" (a link works without a script), closer data-close-dialog.
on("click", "[data-open-dialog]", (opener, event) => {
  const dialog = document.getElementById(opener.dataset.openDialog);
  if (!dialog) return;
  event.preventDefault();
  opener.closest("details.menu")?.removeAttribute("open");
  dialog.showModal();
});
on("click", "[data-close-dialog]", (button) => button.closest("dialog").close());
on("click", "dialog.dialog", (dialog, event) => {
  if (event.target !== dialog) return;
  const box = dialog.getBoundingClientRect();
  const inside = event.clientX >= box.left && event.clientX <= box.right
    && event.clientY >= box.top && event.clientY <= box.bottom;
  if (!inside) dialog.close();
});

// Menus close on a click elsewhere and on Escape, which gives the focus back.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest?.("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// Show and hide: data-toggle="id" with aria-expanded.
on("click", "[data-toggle]", (button) => {
  const target = document.getElementById(button.dataset.toggle);
  target.hidden = !target.hidden;
  button.setAttribute("aria-expanded", String(!target.hidden));
});

// Forms that ask first.
document.addEventListener("submit", (event) => {
  const asked = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
  if (asked && !window.confirm(asked)) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}, { capture: true });

// What the browser remembers, in "localStorage" or in the tab's own "sessionStorage". It may refuse
// both, or have no room: then it remembers nothing, and nothing else fails.
export function recall(store, name) {
  try {
    return globalThis[store].getItem(name);
  } catch {
    return null;
  }
}
export function remember(store, name, text) {
  try {
    if (text === null) globalThis[store].removeItem(name);
    else globalThis[store].setItem(name, text);
  } catch {
    // Not remembered.
  }
}

// Names of what is kept of answers that are not saved yet, and of the word that somebody has signed out.
export const DRAFTS = "annotate draft ";
export const SIGNED_OUT = "annotate signed out";

// Keys without Ctrl can be switched off, at the sheet of keys, for this browser.
const KEYS_OFF = "annotate keys off";
export const keysAreOff = () => recall("localStorage", KEYS_OFF) === "1";
export const switchKeys = (on) => remember("localStorage", KEYS_OFF, on ? null : "1");

// Theme: system, light, dark.
const THEMES = ["", "light", "dark"];
const theme = () => document.documentElement.dataset.theme ?? "";
function tellTheme() {
  for (const word of document.querySelectorAll("[data-theme-word]")) {
    word.textContent = `Theme: ${theme() || "system"}`;
  }
}
on("click", "[data-theme-next]", () => {
  const next = THEMES[(THEMES.indexOf(theme()) + 1) % THEMES.length];
  if (next) document.documentElement.dataset.theme = next;
  else delete document.documentElement.dataset.theme;
  remember("localStorage", "theme", next);
  tellTheme();
});

// Times: a day and the hover are those of the reader's own zone.
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "long", timeStyle: "long" });
const months = new Intl.DateTimeFormat("en-US", { month: "short" });
function dayOf(at) {
  const year = at.getFullYear() === new Date().getFullYear() ? "" : ` ${at.getFullYear()}`;
  return `${at.getDate()} ${months.format(at)}${year}`;
}
function dress(root) {
  for (const time of root.querySelectorAll("time[data-when]")) {
    const at = new Date(time.dateTime);
    time.title = full.format(at);
    if (time.dataset.when === "day") time.textContent = dayOf(at);
  }
  for (const toast of document.querySelectorAll(".toast")) leaveSoon(toast);
}
document.addEventListener("htmx:load", (event) => dress(event.detail.elt));
tellTheme();
dress(document);
