// The tree of inputs and outputs (templates/queues/_paths.html): a key ticks and clears the keys inside
// it, and is half ticked where some of these are. Before "change", on which htmx sends the form.

const boxIn = (line) => line.querySelector("input[type=checkbox]");

function branchOf(line) {
  let top = line;
  while (top.matches(".path-deep")) top = top.previousElementSibling;
  const inside = [];
  for (let next = top.nextElementSibling; next?.matches(".path-deep"); next = next.nextElementSibling)
    inside.push(boxIn(next));
  return { top: boxIn(top), inside };
}

function showHalf({ top, inside }) {
  if (!inside.length) return;
  const ticked = inside.filter((box) => box.checked).length;
  top.checked = ticked === inside.length;
  top.indeterminate = ticked > 0 && !top.checked;
}

document.addEventListener("input", ({ target }) => {
  const line = target.closest(".paths > li");
  if (!line) return;
  const branch = branchOf(line);
  if (target === branch.top) for (const box of branch.inside) box.checked = target.checked;
  showHalf(branch);
});

for (const line of document.querySelectorAll(".paths > li:not(.path-deep)")) showHalf(branchOf(line));
