// A box above many options finds one by what is typed. Fetched where a field has so many.

const on = (type, act) =>
  document.addEventListener(type, (event) => {
    if (event.target.matches?.(".answer [data-filter]")) act(event.target, event);
  });

export function offer(root) {
  for (const part of root.querySelectorAll(".answer [data-filter-part]")) part.hidden = false;
}

const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

// What is chosen stays in sight, whatever is typed.
function sift(box) {
  const answer = box.closest(".answer");
  const wanted = folded(box.value.trim());
  let found = 0;
  for (const choice of answer.querySelectorAll(".choice")) {
    const matches = folded(choice.querySelector(".choice-text").textContent).includes(wanted);
    choice.hidden = !matches && !choice.querySelector("input").checked;
    choice.toggleAttribute("data-match", matches && wanted !== "");
    found += matches;
  }
  answer.querySelector("[data-filter-count]").textContent = wanted ? `${found} found` : "";
}
on("input", sift);

// Enter chooses the first that is found, and begins anew.
on("keydown", (box, event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey) return;
  const inputs = [...box.closest(".answer").querySelectorAll(".choice:not([hidden]) input")];
  if (event.key === "ArrowDown") inputs[0]?.focus();
  else if (event.key === "Enter") choose(box);
  else return;
  event.preventDefault();
});

function choose(box) {
  const input = box.closest(".answer").querySelector(".choice[data-match] input");
  if (!input) return;
  box.value = "";
  input.click();
  sift(box);
  box.dispatchEvent(new CustomEvent("option-found", { bubbles: true, detail: input }));
}
