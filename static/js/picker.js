// A long list of boxes (docs/look.md, "Picker"): a filter above it, what is chosen named, ticked lines
// always in sight. Without a script the list scrolls.

const SHORT = 8; // lines that need no filter

const lines = (picker) => [...picker.querySelectorAll("[data-picker-list] > li")];
const boxOf = (line) => line.querySelector("input");
const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

function sift(picker) {
  const filter = picker.querySelector("[data-picker-filter]");
  const wanted = fold(filter.value.trim());
  let shown = 0;
  for (const line of lines(picker)) {
    line.hidden = !fold(line.textContent).includes(wanted);
    shown += !line.hidden;
  }
  picker.querySelector("[data-picker-none]").hidden = shown > 0;
}

function name(picker) {
  const place = picker.querySelector("[data-picker-chosen]");
  if (!place) return;
  const chosen = lines(picker).filter((line) => boxOf(line).checked);
  place.hidden = !chosen.length;
  place.textContent = `Chosen: ${chosen.map((line) => line.querySelector("bdi").textContent.trim()).join(", ")}`;
}

function dress(root) {
  for (const picker of root.querySelectorAll("[data-picker]")) {
    picker.querySelector("[data-picker-filter]").hidden = lines(picker).length <= SHORT;
    name(picker);
  }
}

document.addEventListener("input", ({ target }) => {
  const picker = target.closest?.("[data-picker]");
  if (!picker) return;
  if (target.matches("[data-picker-filter]")) sift(picker);
  else name(picker);
});

// Enter ticks the first that is found; it must not send the form.
document.addEventListener("keydown", (event) => {
  if (!event.target.matches?.("[data-picker-filter]") || event.isComposing) return;
  const picker = event.target.closest("[data-picker]");
  const first = lines(picker).find((line) => !line.hidden);
  if (event.key === "Enter") {
    event.preventDefault();
    if (first && event.target.value.trim()) boxOf(first).click();
  } else if (event.key === "ArrowDown" && first) {
    event.preventDefault();
    boxOf(first).focus();
  } else if (event.key === "Escape" && event.target.value) {
    event.target.value = "";
    sift(picker);
  }
});

dress(document);
