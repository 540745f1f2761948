// Rows that move up and down: [data-order-rows] holds [data-order-row]. The numbers that are sent
// without a script are kept in step, and hidden.

const number = (row) => row.querySelector("input[type=number]");

function renumber(table) {
  [...table.querySelectorAll("[data-order-row]")].forEach((row, place) => {
    number(row).value = place + 1;
  });
}

function move(button) {
  const row = button.closest("[data-order-row]");
  const up = button.dataset.orderMove === "-1";
  const other = up ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return;
  if (up) other.before(row);
  else other.after(row);
  renumber(row.closest("[data-order-rows]"));
  button.focus();
}

for (const table of document.querySelectorAll("[data-order-rows]")) {
  renumber(table);
  for (const row of table.querySelectorAll("[data-order-row]")) number(row).hidden = true;
  for (const button of table.querySelectorAll("[data-order-move]")) button.hidden = false;
}
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-order-move]");
  if (button) move(button);
});
