// The spans of a trace: a choice is fetched beside the tree by htmx, and marked here; the arrows move
// from span to span while the focus is in the tree. Without a script each is a plain link.

const list = document.querySelector("[data-spans]");
const says = document.querySelector("[data-spans-says]");
const isNarrow = window.matchMedia("(max-width: 1099px)");

function choose(link) {
  list.querySelector("[aria-current]")?.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
  says.textContent = `Shown: ${link.querySelector(".clip").textContent}`;
  if (isNarrow.matches) document.getElementById("beside")?.scrollIntoView({ block: "start" });
}

list?.addEventListener("htmx:afterOnLoad", ({ target, detail }) => {
  const link = target.closest("a");
  if (link && detail.xhr.status === 200) choose(link);
});

const STEPS = {
  ArrowDown: (links, at) => links[at + 1],
  ArrowUp: (links, at) => links[at - 1],
  Home: (links) => links[0],
  End: (links) => links.at(-1),
};

list?.addEventListener("keydown", (event) => {
  const step = STEPS[event.key];
  if (!step || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const links = [...list.querySelectorAll("a")];
  const next = step(links, links.indexOf(event.target));
  event.preventDefault();
  next?.focus();
});

list?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
