// A list of items with a preview beside it: Enter shows one, the arrows go on, Escape shuts it.
// Without a script each name leads to a page with the same preview.

const panel = () => document.getElementById("browse-panel");
const links = () => [...document.querySelectorAll("[data-browse-item]")];
const isBeside = () => window.matchMedia("(min-width: 1100px)").matches;
let shown = null; // the link of the item in the panel

function mark(link) {
  shown?.closest("tr").removeAttribute("aria-current");
  shown = link;
  shown?.closest("tr").setAttribute("aria-current", "true");
}

function shut() {
  const back = shown;
  panel().hidden = true;
  panel().replaceChildren();
  mark(null);
  back?.focus();
}

// The row that holds the focus, whatever in it has it.
const at = (element) => links().findIndex((link) => link.closest("tr").contains(element));

function move(element, step) {
  const here = panel().contains(element) ? links().indexOf(shown) : at(element);
  const next = here < 0 ? null : links()[here + step];
  if (!next) return false;
  next.focus();
  if (!panel().hidden) next.click();
  return true;
}

document.addEventListener("keydown", (event) => {
  const place = event.target.closest?.("[data-browse]");
  if (!place || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && !panel().hidden) return shut();
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  // In the panel the arrows scroll what is read.
  if (step && !panel().contains(event.target) && move(event.target, step)) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-browse-close]")) shut();
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target !== panel()) return;
  mark(event.detail.requestConfig.elt);
  panel().hidden = false;
  panel().scrollTop = 0;
  if (isBeside()) shown.scrollIntoView({ block: "nearest" });
  else panel().focus();
});
