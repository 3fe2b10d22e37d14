/// What the page can do beyond being read: tables are sorted and filtered. Nothing is missing without it.
extension HTMLTemplates {
  static let script = """
    "use strict";
    const number = (text) => /^[0-9][0-9,]*$/.test(text) ? Number(text.replaceAll(",", "")) : NaN;
    const compare = (one, other) => {
      const [left, right] = [number(one), number(other)];
      if (!Number.isNaN(left) && !Number.isNaN(right)) return left - right;
      return one < other ? -1 : one > other ? 1 : 0;
    };
    const addSorting = (table, rows) => {
      Array.from(table.tHead.rows[0].cells).forEach((cell, column) => {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "sort";
        button.append(...cell.childNodes);
        cell.append(button);
        button.addEventListener("click", () => {
          const descending = cell.getAttribute("aria-sort") === "ascending";
          for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
          cell.setAttribute("aria-sort", descending ? "descending" : "ascending");
          const text = (row) => row.cells[column].innerText.trim();
          const sorted = rows.slice().sort((one, other) => compare(text(one), text(other)) * (descending ? -1 : 1));
          table.tBodies[0].append(...sorted);
        });
      });
    };
    const addFilter = (table, rows) => {
      const label = document.createElement("label");
      const input = document.createElement("input");
      const count = document.createElement("span");
      const line = document.createElement("p");
      line.className = "filter";
      input.type = "search";
      count.setAttribute("role", "status");
      label.append("Filter rows ", input);
      line.append(label, count);
      table.parentElement.before(line);
      const texts = rows.map((row) => row.textContent.toLowerCase());
      input.addEventListener("input", () => {
        const wanted = input.value.toLowerCase();
        let shown = 0;
        rows.forEach((row, index) => {
          row.hidden = !texts[index].includes(wanted);
          if (!row.hidden) shown += 1;
        });
        count.textContent = wanted === "" ? "" : shown + " of " + rows.length;
      });
    };
    for (const table of document.querySelectorAll("table[data-tools]")) {
      const rows = Array.from(table.tBodies[0].rows);
      if (rows.length > 1) addSorting(table, rows);
      if (rows.length > 7) addFilter(table, rows);
    }

    """
}
