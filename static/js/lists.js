// Lists with boxes, and files to be sent: of every page but workspace and review.

const on = (type, selector, act) =>
  document.addEventListener(type, (event) => {
    const element = event.target.closest?.(selector);
    if (element) act(element, event);
  });

// Selection in lists. The bar itself is shown by the style sheet.
function countSelected(area) {
  const boxes = [...area.querySelectorAll("[data-bulk-item]")];
  const ticked = boxes.filter((box) => box.checked).length;
  for (const place of area.querySelectorAll("[data-bulk-count]")) place.textContent = ticked;
  for (const all of area.querySelectorAll("[data-bulk-all]")) {
    all.checked = ticked > 0 && ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  }
}
function tickAll(area, ticked) {
  for (const box of area.querySelectorAll("[data-bulk-item]")) box.checked = ticked;
  countSelected(area);
}
on("change", "[data-bulk] [data-bulk-all]", (all) => tickAll(all.closest("[data-bulk]"), all.checked));
on("change", "[data-bulk] [data-bulk-item]", (box) => countSelected(box.closest("[data-bulk]")));
on("click", "[data-bulk] [data-bulk-none]", (button) => tickAll(button.closest("[data-bulk]"), false));

// Filters: on a phone one row, with a button that opens the rest and says how many narrow the list.
function narrowing(form) {
  const rows = [...form.querySelectorAll(".filter-row")];
  if (rows.length) return rows.filter((row) => row.querySelector("[name=value]")?.value).length;
  return [...form.querySelectorAll(".filter :is(select, input)")]
    .filter((one) => (one.type === "checkbox" ? one.checked : one.value)).length;
}
function offerFilters(filters) {
  if (!filters.querySelector(".filter, [type=submit]") || filters.querySelector(".filters-fold")) return;
  const button = document.createElement("button");
  const count = narrowing(filters.closest("form"));
  Object.assign(button, { type: "button", className: "button filters-fold", textContent: count ? `Filters: ${count}` : "Filters" });
  button.setAttribute("aria-expanded", "false");
  const search = filters.querySelector(".search");
  if (search) search.after(button);
  else filters.prepend(button);
}
on("click", ".filters-fold", (button) => {
  button.setAttribute("aria-expanded", String(button.getAttribute("aria-expanded") === "false"));
});

// Uploads: refuse what is too large before it is sent.
on("change", "input[type=file][data-max-bytes]", (input) => {
  const limit = Number(input.dataset.maxBytes);
  const big = [...input.files].find((file) => file.size > limit);
  const mib = (bytes) => (bytes / 1048576).toFixed(1);
  input.setCustomValidity(
    big ? `${big.name} is ${mib(big.size)} MB; the limit is ${mib(limit)} MB. Split it and upload the parts.` : "",
  );
  input.reportValidity();
});

function dress(root) {
  for (const area of root.querySelectorAll("[data-bulk]")) countSelected(area);
  for (const filters of root.querySelectorAll(".filters")) offerFilters(filters);
}
document.addEventListener("htmx:load", (event) => dress(event.detail.elt));
dress(document);
