// A table with real form fields. Python holds what is stored and answers every edit; a field then shows what is stored.
const FILLED_AT_ONCE = 80; // a longer list of choices is filled in when somebody goes to it

const node = (tag, facts = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(facts)) {
    if (value === null || value === undefined) continue;
    if (key in made && key !== "list") made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
};

const options = (column) => column.options.map(([value, text]) => node("option", { value, textContent: text }));
const codes = (text) => text.split(";").map((part) => part.trim()).filter(Boolean);

const kinds = {
  fixed: () => node("span"),
  text: () => node("textarea", { rows: 1 }),
  number: (column) => node("input", { type: "number", step: "any", min: column.min, max: column.max }),
  date: () => node("input", { type: "date", min: "1900-03-01", max: "2199-12-31" }),
  select: (column) => {
    const made = node("select", {}, node("option", { value: "", textContent: "–" }));
    const fill = () => {
      if (made.filled) return;
      const now = made.value;
      made.replaceChildren(made.options[0], ...options(column));
      made.filled = true;
      put(made, column, now);
    };
    if (column.options.length <= FILLED_AT_ONCE) fill();
    else ["focus", "pointerdown"].forEach((event) => made.addEventListener(event, fill));
    return made;
  },
  many: (column) => {
    const list = node("div", { className: "krokomrsa-many", role: "group" });
    const made = node("details", {}, node("summary"), list);
    made.addEventListener("toggle", () => {
      if (!made.open || list.childElementCount) return;
      const held = codes(made.dataset.stored || "");
      const tick = ([value, text]) => node("label", {}, node("input", { type: "checkbox", value, checked: held.includes(value) }), text);
      list.append(...column.options.map(tick));
    });
    return made;
  },
};

// Show a stored value in its field; a value that is not on the list is shown as it is.
const put = (field, column, value) => {
  field.dataset.stored = value;
  if (column.type === "fixed") {
    field.textContent = value;
    field.classList.toggle("krokomrsa-whole", /^\S{1,12}$/.test(value)); // an id or a date does not break at its hyphens
  } else if (column.type === "many") {
    const names = new Map(column.options);
    field.firstChild.textContent = codes(value).map((code) => names.get(code) || code).join("; ") || "–";
    field.querySelectorAll("input").forEach((box) => (box.checked = codes(value).includes(box.value)));
  } else {
    if (column.type === "select" && ![...field.options].some((option) => option.value === value)) {
      const known = column.options.find(([code]) => code === value);
      field.append(node("option", { value, textContent: known ? known[1] : value }));
    }
    if (field.value !== value) field.value = value;
  }
};

const read = (field, column) => {
  if (column.type === "many") return [...field.querySelectorAll("input:checked")].map((box) => box.value).join("; ");
  return field.validity && field.validity.badInput ? "?" : field.value;
};

function render({ model, el }) {
  const group = `krokomrsa-${Math.random().toString(36).slice(2)}`;
  const head = node("thead");
  const body = node("tbody");
  const box = node("div", { className: "krokomrsa-table" }, node("table", { "aria-label": model.get("label") }, head, body));
  let shape = "";
  let held = new Map(); // row id → its line and fields

  const send = (row, column, field) => {
    const old = field.dataset.stored;
    const value = read(field, column);
    field.touched = false;
    if (value !== old) model.send({ row, key: column.key, old, value });
  };

  const listen = (row, column, field) => {
    field.addEventListener("input", () => (field.touched = column.type !== "many" && column.type !== "select"));
    field.addEventListener("change", () => {
      const typing = column.type === "date" && field.value && field.value < "1900"; // a year half written
      if (!typing) send(row, column, field);
    });
    if (column.type === "date") field.addEventListener("blur", () => send(row, column, field));
  };

  const choose = (id) => {
    if (model.get("selected") === id) return;
    model.set("selected", id);
    model.save_changes();
  };

  const line = (row, columns) => {
    const radio = node("input", { type: "radio", name: group, "aria-label": `${model.get("choose")} ${row.name}` });
    const own = columns.map((column) => ({ ...column, options: (row.options || {})[column.key] || column.options }));
    const fields = own.map((column) => {
      const field = kinds[column.type](column);
      if (column.type !== "fixed") {
        const named = column.type === "many" ? field.firstChild : field;
        named.setAttribute("aria-label", `${column.title}, ${row.name}`);
        if (column.help) field.title = column.help;
        listen(row.id, column, field);
      }
      return field;
    });
    const cells = fields.map((field, number) => node("td", { style: `min-width:${columns[number].width}` }, field));
    const made = node("tr", { "data-row": row.id }, node("td", {}, radio), ...cells);
    made.addEventListener("focusin", () => choose(row.id));
    made.addEventListener("click", () => choose(row.id));
    return { made, radio, fields, own };
  };

  const mark = () =>
    held.forEach(({ made, radio }, id) => {
      radio.checked = id === model.get("selected");
      made.classList.toggle("krokomrsa-chosen", radio.checked);
    });

  const draw = () => {
    const columns = model.get("columns");
    const rows = model.get("rows");
    const wanted = JSON.stringify([columns, rows.map((row) => [row.id, row.name, row.options])]);
    if (wanted !== shape) {
      shape = wanted;
      const heading = (column) => node("th", { scope: "col", textContent: column.title, title: column.help });
      head.replaceChildren(node("tr", {}, node("th", { scope: "col", textContent: "" }), ...columns.map(heading)));
      held = new Map(rows.map((row) => [row.id, line(row, columns)]));
      body.replaceChildren(...[...held.values()].map(({ made }) => made));
    }
    rows.forEach((row) => {
      const { fields, own } = held.get(row.id);
      fields.forEach((field, number) => {
        if (!field.touched) put(field, own[number], row.cells[own[number].key] || "");
      });
    });
    mark();
  };

  model.on("change:rows", draw);
  model.on("change:columns", draw);
  model.on("change:selected", mark);
  model.on("msg:custom", draw);
  draw();
  el.append(box);
}

export default { render };
