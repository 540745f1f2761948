// The controls of an answer (templates/fields/_answer.html): slider and box in step, Clear, the
// status dot, the count of choices. What is untouched stays an absence: nothing is filled in.

const on = (type, selector, act) =>
  document.addEventListener(type, (event) => {
    const element = event.target.closest?.(selector);
    if (element) act(element, event);
  });

const controls = (answer) => [...answer.querySelectorAll("[name^='f-']")];
const isBox = (control) => control.matches("[type=radio], [type=checkbox]");
const isMenu = (control) => control.matches("select");

// ---- The dot and its word ----------------------------------------------------------------------

function refresh(answer) {
  const named = controls(answer);
  const filled = (one) => (isBox(one) ? one.checked : one.value.trim() !== "");
  // Of menus, which are the places of a ranking, each must have its option.
  const answered = named.some(filled) && named.every((one) => !isMenu(one) || filled(one));
  answer.toggleAttribute("data-answered", answered);
  const word = answered ? "Answered" : "Not answered";
  const status = answer.querySelector("[data-status]");
  if (status && !answer.hasAttribute("data-wrong")) status.textContent = word;
  const count = answer.querySelector("[data-chosen]");
  if (count) count.textContent = told(named.filter((one) => one.checked && one.value).length);
}

const told = (chosen) => (chosen ? `${chosen} chosen` : "");

// What the server refused, of the answer ("f-") or of its note ("n-"), is no longer what stands there.
const ERROR = { "f-": ":scope > .answer-error", "n-": ".answer-note > .answer-error" };

function forgive(answer, part = "f-") {
  if (!answer.hasAttribute("data-wrong")) return;
  answer.querySelector(ERROR[part])?.remove();
  for (const one of answer.querySelectorAll(`[name^='${part}']`)) one.removeAttribute("aria-invalid");
  answer.toggleAttribute("data-wrong", Boolean(answer.querySelector(".answer-error")));
}

on("input", ".answer", (answer, event) => {
  const part = event.target.name?.slice(0, 2);
  if (!(part in ERROR)) return;
  forgive(answer, part);
  refresh(answer);
});

// ---- Choices -----------------------------------------------------------------------------------

// "None of these" and the others exclude each other.
on("input", ".answer [type=checkbox]", (box) => {
  if (!box.checked) return;
  for (const other of controls(box.closest(".answer"))) {
    if (other !== box && (box.hasAttribute("data-alone") || other.hasAttribute("data-alone"))) {
      other.checked = false;
    }
  }
  refresh(box.closest(".answer"));
});

on("click", ".answer [data-clear]", (button) => {
  const answer = button.closest(".answer");
  for (const one of controls(answer)) {
    if (isBox(one)) one.checked = false;
    else one.value = "";
  }
  answer.querySelectorAll("[data-number]").forEach(follow);
  forgive(answer);
  refresh(answer);
  answer.querySelector("input, [data-focus]")?.focus();
  answer.dispatchEvent(new CustomEvent("answer-cleared", { bubbles: true }));
});

// ---- Numbers -----------------------------------------------------------------------------------

function take(slider) {
  const box = slider.parentElement.querySelector("[data-number]");
  box.value = slider.value;
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

on("input", ".answer [type=range]", take);
// A slider that already stands where it should moves by nothing: the click itself is the answer.
on("click", ".answer [type=range][data-empty]", take);

function follow(box) {
  const slider = box.parentElement.querySelector("[type=range]");
  if (!slider) return;
  const given = box.value.trim() !== "" && !Number.isNaN(Number(box.value));
  slider.toggleAttribute("data-empty", !given);
  if (given && slider.value !== box.value) slider.value = box.value;
}
on("input", ".answer [data-number]", follow);

// Many keyboards offer a comma alone; what is typed becomes a point before one's eyes.
on("beforeinput", ".answer [data-number]", (box, event) => {
  if (event.data !== ",") return;
  event.preventDefault();
  box.setRangeText(".", box.selectionStart, box.selectionEnd, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
});

// ---- Arriving ----------------------------------------------------------------------------------

function dress(root) {
  for (const answer of root.querySelectorAll(".answer")) refresh(answer);
  for (const box of root.querySelectorAll(".answer [data-number]")) follow(box);
  if (root.querySelector(".answer [data-filter-part]")) import("./filter.js").then(({ offer }) => offer(root));
  const rankings = root.querySelectorAll(".answer [data-ranking]");
  if (rankings.length) import("./ranking.js").then(({ showOrder }) => rankings.forEach(showOrder));
}
document.addEventListener("htmx:load", (event) => dress(event.detail.elt.parentElement ?? document));
document.addEventListener("answers-restored", () => dress(document));
dress(document);
