// Draws the step tree. Python (views/shape.py) says what to show, in words; this file only places it.
// All text goes through textContent: nothing that a model, a table or a web page said is ever read as HTML.

const GLYPHS = { planning: "", running: "", waiting: "○", done: "✓", partial: "◐", failed: "✗", skipped: "–", cancelled: "■" };
const ENDED = new Set(["done", "partial", "failed", "cancelled"]);
const NO_ANSWER_MS = 700; // then a cancel interrupts the kernel
const LONG = 14; // more steps than this scroll inside the tree

const seconds = (s) => {
  if (s < 9.95) return `${Math.max(s, 0).toFixed(1)} s`;
  const n = Math.round(s);
  const two = (x) => String(x).padStart(2, "0");
  if (n < 60) return `${n} s`;
  return n < 3600 ? `${Math.floor(n / 60)} min ${two(n % 60)} s` : `${Math.floor(n / 3600)} h ${two(Math.floor((n % 3600) / 60))} min`;
};

const make = (tag, name, text) => {
  const element = document.createElement(tag);
  if (name) element.className = `nbo-${name}`;
  if (text !== undefined) element.textContent = text;
  return element;
};

const put = (element, text) => {
  if (element.textContent !== text) element.textContent = text;
};

// What the page knows of one run; shared by all views of one widget.
function createStore() {
  const store = { head: {}, rows: new Map(), streams: new Map(), details: new Map(), skew: 0, acks: new Set(), redraws: new Set() };
  const setRow = (row, changed) => {
    const text = JSON.stringify(row);
    const old = store.rows.get(row.id);
    if (old && old.text === text) return;
    if (old && old.row.state !== row.state) store.details.delete(row.id), store.streams.delete(row.id);
    store.rows.set(row.id, { row, text });
    changed.add(row.id);
  };
  const setAll = (data, changed) => {
    store.head = data.head;
    const ids = new Set(data.rows.map((row) => row.id));
    for (const id of store.rows.keys()) if (!ids.has(id)) store.rows.delete(id);
    const order = new Map(data.rows.map((row) => [row.id, store.rows.get(row.id)]).filter((pair) => pair[1]));
    store.rows = order.size === data.rows.length ? order : store.rows;
    for (const row of data.rows) setRow(row, changed);
  };
  store.apply = (message) => {
    const changed = new Set();
    if (message.ack) store.acks.add(message.ack);
    if (message.now) store.skew = message.now - Date.now() / 1000;
    if (message.all) setAll(message.all, changed);
    if (message.head) Object.assign(store.head, message.head);
    for (const row of (message.rows && !message.all && message.rows) || []) setRow(row, changed);
    if (message.stream) {
      store.streams.set(message.stream, ((store.streams.get(message.stream) || "") + message.text).slice(-2000));
      changed.add(message.stream);
    }
    if (message.detail) {
      store.details.set(message.detail, message.data);
      changed.add(message.detail);
    }
    for (const redraw of store.redraws) redraw(changed);
  };
  return store;
}

// One polite voice for the page: it outlives the widget, which is gone when the run has ended.
function say(text) {
  let voice = document.getElementById("nbo-voice");
  if (!voice) {
    voice = make("div", "voice");
    voice.id = "nbo-voice";
    voice.setAttribute("role", "status");
    voice.setAttribute("aria-live", "polite");
    document.body.append(voice);
  }
  put(voice, text);
}

function drawTable(table) {
  const box = make("div", "scroll");
  box.tabIndex = 0;
  const grid = make("table", "table");
  const top = grid.createTHead().insertRow();
  table.columns.forEach((name, i) => {
    const cell = make("th", "", name);
    cell.scope = "col";
    if (table.types[i]) cell.append(make("small", "", table.types[i]));
    top.append(cell);
  });
  const body = grid.createTBody();
  for (const row of table.rows) {
    const line = body.insertRow();
    for (const text of row) line.append(make("td", /^[-−+]?[\d,.]+(e[-+]?\d+)?%?$/i.test(text) ? "number" : "", text));
  }
  box.append(grid);
  return box;
}

function drawDetail(box, entry, store) {
  const { row } = entry;
  const detail = store.details.get(row.id);
  box.replaceChildren();
  for (const [label, text] of row.facts || []) {
    const fact = make("div", `fact nbo-fact-${label.split(" ")[0]}`);
    fact.append(make("span", "label", label), make("span", "text", text));
    box.append(fact);
  }
  const stream = store.streams.get(row.id);
  if (stream) box.append(make("pre", "pre", stream));
  if (!detail) {
    if (row.state === "done") box.append(make("div", "dim", "The result shows here as soon as the kernel answers."));
    return;
  }
  if (detail.table) {
    box.append(drawTable(detail.table));
    if (detail.table.more) box.append(make("div", "dim", detail.table.more));
  }
  if (detail.picture && detail.picture.startsWith("data:image/png;base64,")) {
    const image = make("img", "picture");
    image.src = detail.picture;
    image.alt = detail.short;
    box.append(image);
  }
  if (detail.text) box.append(make("pre", "pre", detail.text));
  if (detail.code) {
    const code = make("details", "code");
    code.append(make("summary", "", "code"), make("pre", "pre", detail.code));
    box.append(code);
  }
}

function createRow(id, act) {
  const item = make("div", "item");
  item.setAttribute("role", "treeitem");
  item.tabIndex = -1;
  item.dataset.id = id;
  const line = make("div", "line");
  const cells = {};
  for (const name of ["glyph", "name", "kind", "model", "cached", "note", "used", "time"]) line.append((cells[name] = make("span", name)));
  cells.glyph.setAttribute("aria-hidden", "true");
  line.onclick = () => act.toggle(id);
  item.append(line);
  return { item, line, cells, box: null, open: false };
}

function paintRow(drawn, entry, store) {
  const { row } = entry;
  const { item, cells } = drawn;
  item.dataset.state = row.state;
  item.style.setProperty("--nbo-depth", Math.min(row.depth, 4));
  item.setAttribute("aria-level", row.depth + 1);
  item.setAttribute("aria-expanded", String(drawn.open));
  const stream = row.state === "running" && store.streams.get(row.id);
  const note = row.note || (stream ? stream.slice(-160).replace(/\s+/g, " ") : "");
  put(cells.glyph, GLYPHS[row.state] || "");
  put(cells.name, row.name);
  put(cells.kind, row.kind);
  put(cells.model, row.model || "");
  put(cells.cached, row.cached ? "cached" : "");
  put(cells.note, (row.warned ? "⚠ " : "") + note);
  put(cells.used, row.used || "");
  paintTime(drawn, entry, store);
  const label = [row.name, row.state, row.kind, row.model, row.cached && "cached", row.time, note, row.used];
  item.setAttribute("aria-label", label.filter(Boolean).join(", "));
  if (drawn.open) drawDetail(drawn.box, entry, store);
}

function paintTime(drawn, entry, store) {
  const { row } = entry;
  put(drawn.cells.time, row.started ? seconds(Date.now() / 1000 + store.skew - row.started) : row.time || "");
}

function createFrame(act) {
  const root = make("div", "root");
  // Lab's shortcuts listen before us; this attribute is how a part of the page keeps its keys to itself.
  root.dataset.lmSuppressShortcuts = "true";
  const parts = { root };
  const head = make("div", "head");
  parts.fold = make("button", "fold");
  parts.fold.type = "button";
  parts.glyph = make("span", "glyph");
  parts.glyph.setAttribute("aria-hidden", "true");
  parts.title = make("span", "title");
  parts.fold.append(parts.glyph, parts.title);
  parts.fold.onclick = act.fold;
  parts.clock = make("span", "clock");
  parts.cancel = make("button", "button", "Cancel");
  parts.cancel.type = "button";
  parts.cancel.onclick = act.cancel;
  head.append(parts.fold, parts.clock, parts.cancel);
  parts.bar = make("div", "bar");
  parts.bar.append(make("i"));
  parts.body = make("div", "body");
  parts.about = make("div", "about");
  parts.tree = make("div", "tree");
  parts.tree.setAttribute("role", "tree");
  parts.tree.setAttribute("aria-label", "Steps");
  parts.body.append(parts.about, parts.tree);
  root.append(head, parts.bar, parts.body);
  return parts;
}

function drawAbout(parts, head, act) {
  const about = [];
  const list = (name, label, lines) => {
    if (!lines.length) return;
    const items = make("ul", name);
    for (const text of lines) items.append(make("li", "", label + text));
    about.push(items);
  };
  if (ENDED.has(head.state)) about.push(make("div", "goal", head.goal));
  about.push(make("div", "dim", head.planner));
  list("read", "", head.read);
  list("missing", "not done: ", head.not_done);
  list("warnings", "⚠ ", head.warnings);
  if (head.unbound.length) list("warnings", "no longer bound: ", [head.unbound.join(", ")]);
  for (const [key, text] of head.asked) {
    const box = make("div", "asked");
    const yes = make("button", "button nbo-yes", "Approve");
    const no = make("button", "button", "Reject");
    yes.onclick = () => act.decide(key, true, box);
    no.onclick = () => act.decide(key, false, box);
    box.append(make("div", "text", text), yes, no);
    about.push(box);
  }
  head.error.filter(Boolean).forEach((text, i) => about.push(make("div", i ? "hint" : "error", (i ? "→ " : "") + text)));
  parts.about.replaceChildren(...about);
}

function render({ model, el }, store) {
  const drawn = new Map();
  let folded = null; // null: the run's state decides
  let current = null; // the step that Tab reaches
  let frame = 0;
  let cancelling = 0;
  let spoken = "";
  let aboutText = "";
  let touched = false; // the person scrolled or opened something: stop following
  const dirty = new Set();

  const act = {
    fold: () => ((folded = !isFolded()), paintHead()),
    toggle: (id) => {
      const row = drawn.get(id);
      row.open = !row.open;
      touched = true;
      if (row.open) {
        row.box ||= row.item.appendChild(make("div", "detail"));
        row.box.setAttribute("role", "group");
        if (!store.details.has(id)) model.send({ kind: "open", step: id });
      } else {
        row.box.remove();
        row.box = null;
      }
      paintRow(row, store.rows.get(id), store);
      focus(id);
    },
    cancel: () => {
      const kernel = model.widget_manager && model.widget_manager.kernel;
      const interrupt = () => {
        if (ENDED.has(store.head.state)) return;
        if (model.get("interruptible") && kernel && kernel.interrupt) kernel.interrupt();
        else put(parts.cancel, "Busy: use the notebook's stop button");
      };
      if (cancelling++) return interrupt(); // asked twice: no more waiting
      store.acks.delete("cancel");
      model.send({ kind: "cancel" });
      setTimeout(() => store.acks.has("cancel") || interrupt(), NO_ANSWER_MS);
      paintHead();
    },
    decide: (question, yes, box) => {
      model.send({ kind: "decide", question, yes });
      for (const button of box.querySelectorAll("button")) button.disabled = true;
    },
  };
  const parts = createFrame(act);
  const isFolded = () => (folded === null ? ENDED.has(store.head.state) : folded);

  function focus(id) {
    if (current && drawn.has(current)) drawn.get(current).item.tabIndex = -1;
    current = id;
    drawn.get(id).item.tabIndex = 0;
    drawn.get(id).item.focus({ preventScroll: false });
  }

  function paintHead() {
    const { head } = store;
    const over = ENDED.has(head.state);
    parts.root.dataset.state = head.state;
    parts.root.classList.toggle("nbo-folded", isFolded());
    parts.fold.setAttribute("aria-expanded", String(!isFolded()));
    put(parts.glyph, GLYPHS[head.state] || "");
    put(parts.title, over ? head.line : head.goal || "Reading the goal");
    parts.cancel.hidden = over;
    const asked = cancelling || head.cancelling;
    put(parts.cancel, asked ? "Stop now" : "Cancel");
    parts.cancel.setAttribute("aria-label", asked ? "Cancelling; stop now" : "Cancel this run");
    parts.bar.firstChild.style.width = `${head.total ? (100 * head.done) / head.total : 0}%`;
    paintClock();
    const text = JSON.stringify([head.goal, over, head.planner, head.read, head.not_done, head.warnings, head.asked, head.unbound, head.error]);
    if (text !== aboutText) drawAbout(parts, head, act);
    aboutText = text;
    speak();
  }

  function paintClock() {
    const { head } = store;
    const time = head.started ? ` · ${seconds(Date.now() / 1000 + store.skew - head.started)}` : "";
    put(parts.clock, ENDED.has(head.state) ? "" : (cancelling || head.cancelling ? "cancelling" : head.line) + time);
  }

  function speak() {
    const { head } = store;
    const failed = [...store.rows.values()].find((entry) => entry.row.state === "failed");
    const text = ENDED.has(head.state) ? `Run ${head.state}: ${head.line}` : failed ? `Step ${failed.row.name} failed` : head.total ? "Run started" : "";
    if (text && text !== spoken) say(text);
    spoken = text;
  }

  function paintRows(ids) {
    const fresh = document.createDocumentFragment();
    for (const id of ids) {
      const entry = store.rows.get(id);
      if (!entry) continue;
      if (!drawn.has(id)) {
        const row = createRow(id, act);
        drawn.set(id, row);
        fresh.append(row.item);
      }
      paintRow(drawn.get(id), entry, store);
    }
    parts.tree.append(fresh);
    for (const [id, row] of drawn) if (!store.rows.has(id)) row.item.remove(), drawn.delete(id);
    if (!drawn.has(current)) current = null;
    const first = store.rows.keys().next().value;
    if (!current && first) (current = first), (drawn.get(first).item.tabIndex = 0);
  }

  // Columns line up by the widest name, kind and model.
  function paintWidths() {
    const widest = (key, most) => Math.min(most, Math.max(0, ...[...store.rows.values()].map(({ row }) => (row[key] || "").length + (key === "name" ? 2 * Math.min(row.depth, 4) : 0))));
    parts.tree.style.setProperty("--nbo-name", `${widest("name", 40)}ch`);
    parts.tree.style.setProperty("--nbo-model", `${widest("model", 18)}ch`);
    parts.root.classList.toggle("nbo-long", store.rows.size > LONG);
  }

  function follow() {
    if (touched || store.rows.size <= LONG) return;
    const running = [...store.rows.values()].find((entry) => entry.row.state === "running");
    if (running) parts.tree.scrollTop = drawn.get(running.row.id).item.offsetTop - parts.tree.clientHeight / 2;
  }

  function paint() {
    frame = 0;
    const ids = [...dirty];
    dirty.clear();
    if (ids.length) paintRows(ids), paintWidths(), follow();
    paintHead();
  }

  const redraw = (changed) => {
    for (const id of changed) dirty.add(id);
    frame ||= requestAnimationFrame(paint);
  };

  const steps = () => [...parts.tree.children].map((item) => item.dataset.id);
  const step = (by) => {
    const ids = steps();
    focus(ids[Math.min(Math.max(ids.indexOf(current) + by, 0), ids.length - 1)]);
  };
  const KEYS = {
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    Home: () => step(-Infinity),
    End: () => step(Infinity),
    PageDown: () => step(10),
    PageUp: () => step(-10),
    Enter: () => act.toggle(current),
    " ": () => act.toggle(current),
    ArrowRight: () => drawn.get(current).open || act.toggle(current),
    ArrowLeft: () => {
      const need = (store.rows.get(current).row.needs || []).find((id) => drawn.has(id));
      if (drawn.get(current).open) act.toggle(current);
      else if (need) focus(need);
    },
  };
  parts.tree.addEventListener("keydown", (event) => {
    const item = event.target.getAttribute("role") === "treeitem";
    if (!item || !KEYS[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    current = event.target.dataset.id;
    KEYS[event.key]();
  });
  parts.root.addEventListener("keydown", (event) => event.stopPropagation());
  parts.tree.addEventListener("wheel", () => (touched = true), { passive: true });

  el.append(parts.root);
  store.redraws.add(redraw);
  for (const id of store.rows.keys()) dirty.add(id);
  paint();
  const ticking = setInterval(() => {
    if (ENDED.has(store.head.state)) return;
    paintClock();
    for (const [id, entry] of store.rows) if (entry.row.started && drawn.has(id)) paintTime(drawn.get(id), entry, store);
  }, 200);
  // Several hellos, because a busy kernel may hear the first ones late or never.
  const hellos = [0, 300, 1000, 2000].map((ms) => setTimeout(() => store.acks.has("hello") || model.send({ kind: "hello" }), ms));

  return () => {
    store.redraws.delete(redraw);
    clearInterval(ticking);
    hellos.forEach(clearTimeout);
    cancelAnimationFrame(frame);
    // The output is about to be replaced: keep the keyboard in the notebook.
    if (parts.root.contains(document.activeElement)) {
      const home = el.closest(".jp-Cell[tabindex], .jp-Notebook[tabindex]");
      if (home) home.focus({ preventScroll: true });
    }
  };
}

export default () => {
  const store = createStore();
  return {
    initialize({ model }) {
      store.apply({ all: model.get("state") });
      model.on("change:state", () => store.apply({ now: model.get("state").now, all: model.get("state") }));
      model.on("msg:custom", (message) => store.apply(message));
    },
    render: (context) => render(context, store),
  };
};
