// After a refusal the focus is on the first control that is at fault, else on the reason.

const wrong = document.querySelector("main [aria-invalid='true']")
  ?? document.querySelector("main [data-refused]")
  ?? document.querySelector("main form [role='alert'], main [role='alert']:has(~ form), main [role='alert']:has(~ * form)");

if (wrong && (document.activeElement === document.body || document.activeElement === null)) {
  wrong.closest("details")?.setAttribute("open", "");
  if (wrong.matches("[role='alert']")) wrong.tabIndex = -1;
  wrong.focus();
}
