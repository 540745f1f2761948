// The guidelines beside an item: opened and shut by button or G. The server remembers which, and
// that they were read. In a narrow window they lie on the item: there only the reading counts.

const rail = () => document.getElementById("guidelines");
const opener = () => document.querySelector("[data-guidelines]");
const isShown = () => Boolean(rail()?.checkVisibility());
const isBeside = () => window.matchMedia("(min-width: 1200px)").matches;

function show(open) {
  const aside = rail();
  if (!aside) return;
  aside.hidden = !open;
  aside.removeAttribute("data-kept");
  tellOpener();
  if (open) aside.scrollTop = 0;
  note(aside, { open, read: open });
}

function tellOpener() {
  opener()?.setAttribute("aria-expanded", String(isShown()));
}

// Where there is no connection they are only opened: the mark stays, which is true.
async function note(aside, { open, read }) {
  const form = aside.querySelector("[data-guidelines-read]");
  const body = new FormData(form);
  if (!read) body.delete("seen");
  const remembered = isBeside() && aside.hasAttribute("data-beside");
  if (open !== undefined && remembered) body.set("open", open ? "1" : "0");
  const headers = { Accept: "application/json" };
  const answer = await fetch(form.action, { method: "POST", body, headers }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  if (read && !(await answer.json()).changed) unmark(form);
}

function unmark(form) {
  document.querySelector("[data-guidelines-mark]")?.remove();
  form.querySelector("button")?.remove();
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-guidelines]")) show(!isShown());
  if (event.target.closest("[data-guidelines-close]")) {
    show(false);
    opener()?.focus();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !event.target.closest?.("#guidelines")) return;
  if (!rail().querySelector("[data-guidelines-close]")) return;
  show(false);
  opener()?.focus();
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches(".ws-guide [data-guidelines-read]")) return;
  event.preventDefault();
  note(rail(), { read: true });
});

// Before the first item they stand open: whoever has never read them has now seen these.
function arrive() {
  tellOpener();
  const aside = rail();
  if (aside?.hasAttribute("data-first") && isShown()) note(aside, { read: true });
}
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id === "workspace") arrive();
});
arrive();
