// A box that ticks all of its kind, and is ticked when they all are.
for (const whole of document.querySelectorAll("[data-all]")) {
  const form = whole.closest("form");
  const each = () => form.querySelectorAll(`input[name="${whole.dataset.all}"]`);
  whole.addEventListener("change", () => { for (const box of each()) box.checked = whole.checked; });
  form.addEventListener("change", () => { whole.checked = [...each()].every((box) => box.checked); });
}
