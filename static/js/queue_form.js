// A queue's form: guidelines written or read, and what was typed is not left behind without a word.

// ---- Write and Preview -------------------------------------------------------------------------

for (const part of document.querySelectorAll("[data-write]")) {
  part.querySelector(".write-switch").hidden = false;
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-write-show]");
  if (!button) return;
  const part = button.closest("[data-write]");
  const reads = button.dataset.writeShow === "preview";
  part.querySelector("textarea").hidden = reads;
  document.getElementById("guidelines-preview").hidden = !reads;
  for (const one of part.querySelectorAll("[data-write-show]")) {
    one.setAttribute("aria-pressed", String(one === button));
  }
});

// ---- Leaving -----------------------------------------------------------------------------------

let changed = Boolean(document.querySelector('[data-unsaved="changed"]'));

for (const kind of ["input", "change"]) {
  document.addEventListener(kind, ({ target }) => {
    if (target.closest?.("[data-unsaved]") && !target.matches("[type=search]")) changed = true;
  });
}
document.addEventListener("submit", ({ target }) => {
  if (target.matches("[data-unsaved]")) changed = false;
});
window.addEventListener("beforeunload", (event) => {
  if (changed) event.preventDefault();
});
