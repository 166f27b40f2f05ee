// More rows of fields: copies the last row of a group, empties it and gives it ids of its own.
export function growRows(form, changed) {
  for (const button of form.querySelectorAll("[data-add]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const group = form.querySelector(`[data-rows="${button.dataset.add}"]`);
      const rows = group.querySelectorAll("[data-row]");
      const row = rows[rows.length - 1].cloneNode(true);
      const number = rows.length + 1;
      for (const field of row.querySelectorAll("input, textarea, select")) {
        const label = row.querySelector(`label[for="${field.id}"]`);
        field.id = `${field.name}-${number}`;
        label.htmlFor = field.id;
        label.textContent = label.textContent.replace(/\d+$/, String(number));
        if (field.tagName !== "SELECT") field.value = "";
      }
      rows[rows.length - 1].after(row);
      row.querySelector("input, textarea").focus();
      changed();
    });
  }
}
