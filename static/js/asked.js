// What a queue asks (templates/queues/_asked.html): rows that move by buttons, Alt with ↑ and ↓, and
// dragging. The numbers that are sent without a script are kept in step, and hidden.

const list = () => document.querySelector("[data-asked]");
const rowsOf = () => [...(list()?.querySelectorAll("[data-asked-row]") ?? [])];
const rowOf = (element) => element.closest("[data-asked-row]");
const nameOf = (row) => row.querySelector("bdi").textContent;
const boxOf = (row) =>
  document.querySelector(`[data-picker-list] [name=field][value="${CSS.escape(row.dataset.askedRow)}"]`);

function say(text) {
  document.querySelector("[data-asked-said]").textContent = text;
}

function number() {
  rowsOf().forEach((row, place) => {
    row.querySelector("input[type=number]").value = place + 1;
  });
}

// Hears of it: the form beside, and whoever asks before leaving.
const tell = (element) => element.dispatchEvent(new Event("change", { bubbles: true }));

// The others pass the row: what is moved in the document would lose the focus and the pointer.
function place(row, to) {
  const rows = rowsOf();
  const at = rows.indexOf(row);
  if (to < 0 || to >= rows.length || to === at) return false;
  if (to < at) row.after(...rows.slice(to, at));
  else row.before(...rows.slice(at + 1, to + 1));
  number();
  return true;
}

function finish(row) {
  row.scrollIntoView({ block: "nearest" });
  const rows = rowsOf();
  say(`${nameOf(row)}: place ${rows.indexOf(row) + 1} of ${rows.length}`);
  tell(list());
}

function move(row, step) {
  if (place(row, rowsOf().indexOf(row) + step)) finish(row);
}

function drop(row) {
  const rows = rowsOf();
  const next = rows[rows.indexOf(row) + 1] ?? rows[rows.indexOf(row) - 1];
  const box = boxOf(row);
  say(`${nameOf(row)} removed`);
  (next?.querySelector("[data-asked-drop]") ?? document.querySelector("#field-picker > summary")).focus();
  box.checked = false;
  tell(box);
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-asked-move], [data-asked-drop]");
  if (!button) return;
  if (button.matches("[data-asked-drop]")) drop(rowOf(button));
  else move(rowOf(button), Number(button.dataset.askedMove));
});

const STEPS = { ArrowUp: -1, ArrowDown: 1 };
document.addEventListener("keydown", (event) => {
  const row = event.altKey && event.target.closest?.("[data-asked-row]");
  if (!row || !(event.key in STEPS)) return;
  event.preventDefault();
  move(row, STEPS[event.key]);
});

// ---- Dragging ----------------------------------------------------------------------------------

let dragged = null;

document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest?.("[data-asked-grip]");
  if (!grip || event.button !== 0) return;
  dragged = { row: rowOf(grip), from: rowsOf().indexOf(rowOf(grip)) };
  dragged.row.toggleAttribute("data-dragged", true);
  grip.setPointerCapture(event.pointerId);
  event.preventDefault(); // no text is selected on the way
});

const middle = (row) => {
  const box = row.getBoundingClientRect();
  return box.top + box.height / 2;
};

document.addEventListener("pointermove", (event) => {
  if (!dragged) return;
  const others = rowsOf().filter((row) => row !== dragged.row);
  place(dragged.row, others.filter((row) => middle(row) < event.clientY).length);
});

function release(keeps) {
  if (!dragged) return;
  const { row, from } = dragged;
  dragged = null;
  row.removeAttribute("data-dragged");
  if (!row.isConnected) return;
  if (!keeps) place(row, from);
  else if (rowsOf().indexOf(row) !== from) finish(row);
}
document.addEventListener("pointerup", () => release(true));
document.addEventListener("pointercancel", () => release(false));

// ---- A field created in place ------------------------------------------------------------------

document.addEventListener("field-created", ({ detail }) => {
  document.getElementById("new-field").close();
  const picker = document.querySelector("#field-picker [data-picker-list]");
  const box = Object.assign(document.createElement("input"), {
    type: "checkbox", name: "field", value: detail.id, checked: true,
  });
  const label = document.createElement("label");
  const line = document.createElement("li");
  label.append(box, " ", Object.assign(document.createElement("bdi"), { textContent: detail.name }));
  line.append(label);
  picker.append(line);
  picker.parentElement.querySelector("[data-picker-none]").hidden = true;
  say(`${detail.name} is created and added`);
  tell(box);
});

document.getElementById("fields").toggleAttribute("data-moves", true);
