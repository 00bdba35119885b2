// Draws the step tree. Python (views/shape.py) says what to show, in words; this file only places it.
// All text goes through textContent: nothing that a model, a table or a page said is ever read as HTML.

const GLYPHS = { waiting: "○", done: "✓", partial: "◐", failed: "✗", skipped: "–", cancelled: "■" };
const ENDED = new Set(["done", "partial", "failed", "cancelled"]);
const CELLS = ["glyph", "name", "kind", "model", "cached", "note", "used", "time"];
const NO_ANSWER_MS = 700; // then a cancel interrupts the kernel
const LONG = 14; // more steps than this scroll inside the tree
const DEEPEST = 4;
const [SMALL, NARROW] = [12, 560]; // a picture of so many steps is shown at once, where there are so many px
const LOST = { state: "cancelled", line: "stopped with its kernel · run the cell again: finished steps come from the cache" };
const NUMBER = /^[-−+]?[\d,.]+(e[-+]?\d+)?%?$/i;

function seconds(s) {
  const n = Math.round(s);
  const two = (x) => String(Math.floor(x)).padStart(2, "0");
  if (s < 9.95) return `${Math.max(s, 0).toFixed(1)} s`;
  if (n < 60) return `${n} s`;
  return n < 3600 ? `${Math.floor(n / 60)} min ${two(n % 60)} s` : `${Math.floor(n / 3600)} h ${two((n % 3600) / 60)} min`;
}

function make(tag, name, text, attributes = {}) {
  const element = document.createElement(tag);
  if (name) element.className = `nbo-${name}`;
  if (text) element.textContent = text;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// What the page knows of one run, shared by all views of its widget.
function createStore() {
  const store = { head: {}, rows: new Map(), streams: new Map(), details: new Map(), acks: new Set(), typed: new Set(), skew: 0, redraws: new Set() };

  function setRow(row, changed) {
    const old = store.rows.get(row.id);
    if (JSON.stringify(old) === JSON.stringify(row)) return;
    if (old?.state !== row.state) store.details.delete(row.id), store.streams.delete(row.id);
    store.rows.set(row.id, row);
    changed.add(row.id);
  }

  function setAll({ head, rows }, changed) {
    store.head = { ...head };
    const old = store.rows;
    store.rows = new Map(rows.map((row) => [row.id, old.get(row.id)])); // in the new order
    for (const row of rows) setRow(row, changed);
    for (const id of old.keys()) if (!store.rows.has(id)) changed.add(id);
  }

  store.apply = (message) => {
    const changed = new Set();
    if (message.ack) store.acks.add(message.ack);
    if (message.typed) store.typed.add(message.typed);
    boxes.get(message.plan)?.edit(message.text);
    boxes.get(message.refused)?.refuse(message.why);
    if (message.now) store.skew = message.now - Date.now() / 1000;
    if (message.all) setAll(message.all, changed);
    Object.assign(store.head, message.head);
    for (const row of message.rows || []) setRow(row, changed);
    const id = message.stream || message.detail;
    if (message.stream) store.streams.set(id, ((store.streams.get(id) || "") + message.text).slice(-2000));
    if (message.detail) store.details.set(id, message.data);
    if (id) changed.add(id);
    for (const redraw of store.redraws) redraw(changed);
  };
  return store;
}

// One polite voice for the page: it outlives the widget, which is gone when the run has ended.
function say(text) {
  let voice = document.getElementById("nbo-voice");
  if (!voice) document.body.append((voice = make("div", "voice", "", { id: "nbo-voice", role: "status", "aria-live": "polite" })));
  put(voice, text);
}

function drawTable({ columns, types, rows, more }) {
  const box = make("div", "scroll", "", { tabindex: 0, role: "region", "aria-label": "first rows" });
  const table = make("table", "table");
  const top = table.createTHead().insertRow();
  columns.forEach((name, i) => {
    const cell = make("th", "", name, { scope: "col" });
    if (types[i]) cell.append(make("small", "", types[i]));
    top.append(cell);
  });
  const body = table.createTBody();
  for (const row of rows) body.insertRow().append(...row.map((text) => make("td", NUMBER.test(text) ? "number" : "", text)));
  box.append(table);
  if (more) box.append(make("div", "dim", more));
  return box;
}

// `field` holds the text already: it stays selected, for where no way of copying is open.
function copyText(text, button, field) {
  const said = () => put(button, "Copied");
  field?.select();
  const byHand = () => { // where the clipboard is shut: a page without https
    if (field) return document.execCommand("copy") && said();
    const box = make("textarea", "", "", { "aria-hidden": true });
    box.value = text;
    button.after(box);
    box.select();
    document.execCommand("copy") && said();
    box.remove();
    button.focus();
  };
  navigator.clipboard ? navigator.clipboard.writeText(text).then(said, byHand) : byHand();
}

// The result as text: a table as tab-separated values.
function textOf(detail, row) {
  const lines = detail.table && [detail.table.columns, ...detail.table.rows].map((cells) => cells.join("\t"));
  return lines?.join("\n") || detail.text || detail.code || (row.facts || []).map(([label, text]) => `${label}: ${text}`).join("\n");
}

function drawActs(row, store, skip) {
  const copy = make("button", "button", "Copy", { title: "The result, or what is known of the step, as text" });
  copy.onclick = () => copyText(textOf(store.details.get(row.id) || {}, row), copy);
  if (row.state !== "waiting" && row.state !== "running") return [copy];
  const out = make("button", "button", "Skip", { title: "Leave this step out of the run; what cannot do without it is skipped too (%orchestrate skip)" });
  out.onclick = () => {
    out.inert = true;
    skip(row.id, () => put(out, "Not heard: this kernel hears no clicks while it is busy"));
  };
  return [copy, out];
}

function drawDetail(row, store) {
  const detail = store.details.get(row.id) || {};
  const parts = (row.facts || []).map(([label, text]) => {
    const fact = make("div", `fact nbo-fact-${label.split(" ")[0]}`);
    fact.append(make("span", "label", label), make("span", "text", text));
    return fact;
  });
  const stream = store.streams.get(row.id);
  if (stream) parts.push(make("pre", "pre", stream));
  if (row.state === "done" && !store.details.has(row.id)) parts.push(make("div", "dim", "The result shows here as soon as the kernel answers."));
  if (detail.table) parts.push(drawTable(detail.table));
  if (detail.picture?.startsWith("data:image/png;base64,")) parts.push(make("img", "picture", "", { src: detail.picture, alt: detail.short }));
  if (detail.text) parts.push(make("pre", "pre", detail.text));
  if (detail.code) {
    const code = make("details", "code");
    code.append(make("summary", "", "code"), make("pre", "pre", detail.code));
    parts.push(code);
  }
  return parts;
}

function createRow(id, toggle) {
  const item = make("div", "item", "", { role: "treeitem", tabindex: -1, "data-id": id });
  const line = make("div", "line");
  const cells = Object.fromEntries(CELLS.map((name) => [name, make("span", name)]));
  line.append(...Object.values(cells));
  line.onclick = () => toggle(id);
  item.append(line);
  return { item, cells, box: null };
}

function paintTime({ cells }, row, store) {
  put(cells.time, row.started ? seconds(Date.now() / 1000 + store.skew - row.started) : row.time || "");
}

function paintRow(drawn, row, store, skip) {
  const { item, cells, box } = drawn;
  const stream = row.state === "running" && store.streams.get(row.id);
  const note = row.note || (stream ? stream.slice(-160).replace(/\s+/g, " ") : "");
  item.dataset.state = row.state;
  item.style.setProperty("--nbo-depth", Math.min(row.depth, DEEPEST));
  const said = [row.name, row.state, row.kind, row.model, row.cached && "cached", row.time, note, row.used];
  item.ariaLabel = said.filter(Boolean).join(", ");
  item.ariaLevel = row.depth + 1;
  item.ariaExpanded = !!box;
  item.classList.toggle("nbo-chain", (store.head.critical || []).includes(row.id));
  const texts = { ...row, glyph: GLYPHS[row.state], cached: row.cached && "cached", note: (row.warned ? "⚠ " : "") + note };
  for (const name of CELLS.slice(0, -1)) put(cells[name], texts[name] || "");
  cells.name.title = row.name;
  cells.note.title = note;
  paintTime(drawn, row, store);
  if (!box) return;
  box.firstChild.replaceChildren(...drawDetail(row, store));
  if (box.dataset.acts !== row.state) box.lastChild.replaceChildren(...drawActs(row, store, skip)); // else a click between two drawings would be lost
  box.dataset.acts = row.state;
}

// The picture of what needs what; Python (views/graph.py) says where each box stands. The list below says the same to a screen reader.
const BOX = { wide: 164, high: 22, name: 20 };
function svg(tag, attributes, text = "") {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.textContent = text;
  return element;
}

function drawGraph({ head, rows }, toggle) {
  const critical = head.critical || [];
  const places = Object.entries(head.graph.places).filter(([id]) => rows.has(id));
  const [width, height] = [BOX.wide, BOX.high].map((most, axis) => most + 2 + Math.max(0, ...places.map(([, place]) => place[axis])));
  const picture = svg("svg", { width, height, viewBox: `-1 -1 ${width} ${height}`, role: "img" });
  const chain = critical.map((id) => rows.get(id)?.name);
  picture.ariaLabel = `What needs what${chain.length ? `; longest chain: ${chain.join(", ")}` : ""}`;
  for (const [need, id, d] of head.graph.lines) {
    const at = critical.indexOf(id);
    picture.append(svg("path", { class: `nbo-edge${at > 0 && critical[at - 1] === need ? " nbo-critical" : ""}`, d }));
  }
  for (const [id, [x, y]] of places) {
    const { name, state } = rows.get(id);
    const box = svg("g", { class: "nbo-box", "data-state": state });
    const rect = svg("rect", { x, y, width: BOX.wide, height: BOX.high, rx: 4 });
    const mark = svg("text", { class: "nbo-mark", x: x + 8, y: y + 15 }, GLYPHS[state] || "◌");
    const label = svg("text", { x: x + 24, y: y + 15 }, name.length > BOX.name ? `${name.slice(0, BOX.name - 1)}…` : name);
    box.append(svg("title", {}, name), rect, mark, label);
    box.onclick = () => toggle(id);
    picture.append(box);
  }
  return picture;
}

// A text for a chat, and its reply. Drawn once: a redraw must not lose what was typed.
const boxes = new Map();
function drawTyped(text) {
  const box = make("div", "asked");
  box.append(make("div", "text", text), make("div", "dim", "Answer in the field below: this kernel hears no clicks while it is busy."));
  return box;
}

function drawBring(key, text, carry, tell) {
  if (boxes.has(key)) return boxes.get(key);
  const box = make("div", "asked");
  const [prompt, reply] = ["text to copy", "paste the whole reply here"].map((placeholder) => Object.assign(make("textarea", "bring"), { placeholder, ariaLabel: placeholder }));
  const copy = make("button", "button", "Copy");
  const send = make("button", "button nbo-yes", "Use reply");
  prompt.value = carry;
  copy.onclick = () => copyText(carry, copy, prompt);
  send.onclick = () => {
    box.inert = !!reply.value.trim();
    if (box.inert) tell({ kind: "bring", question: key, text: reply.value });
  };
  box.append(make("div", "text", text), prompt, copy, reply, send);
  boxes.set(key, box);
  return box;
}

// A question. One about a plan may be answered by the plan as it was edited.
function drawAsked(key, text, editable, send) {
  const box = boxes.get(key) || make("div", "asked");
  if (boxes.get(key)?.asks === text) return box;
  boxes.set(key, box);
  box.asks = text;
  box.inert = false;
  const yes = make("button", "button nbo-yes", editable ? "Run" : "Approve");
  const no = make("button", "button", "Reject");
  const edit = make("button", "button", "Edit…");
  const wrong = make("div", "error", "", { role: "alert" });
  const decide = (answer, plan = "") => {
    put(wrong, "");
    box.inert = true;
    send({ kind: "decide", question: key, yes: answer, plan });
  };
  yes.onclick = () => decide(true, box.written?.isConnected ? box.written.value : "");
  no.onclick = () => decide(false);
  edit.onclick = () => send({ kind: "plan", question: key });
  box.edit = (plan) => {
    box.written = Object.assign(make("textarea", "bring nbo-plan"), { value: plan, ariaLabel: "The plan, as YAML", spellcheck: false });
    edit.remove();
    yes.before(box.written);
    put(yes, "Run the edited plan");
    box.written.focus();
  };
  box.refuse = (why) => {
    put(wrong, why);
    box.inert = false;
  };
  box.replaceChildren(make("div", "text", text), yes, no, ...(editable ? [edit, wrong] : []));
  return box;
}

function drawAbout(head, typed, send) {
  const about = [make("div", "dim", head.planner)];
  const list = (name, label, lines) => {
    const items = make("ul", name);
    items.append(...lines.map((text) => make("li", "", label + text)));
    if (lines.length) about.push(items);
  };
  if (ENDED.has(head.state)) about.unshift(make("div", "goal", head.goal));
  list("read", "", head.read);
  list("missing", "not done: ", head.not_done);
  list("warnings", "⚠ ", head.warnings);
  list("warnings", "no longer bound: ", head.unbound.length ? [head.unbound.join(", ") + " (%orchestrate undo brings back what they held)"] : []);
  for (const [key, text, carry, editable] of head.asked) {
    about.push(typed.has(key) ? drawTyped(text) : carry ? drawBring(key, text, carry, send) : drawAsked(key, text, editable, send));
  }
  head.error.filter(Boolean).forEach((text, i) => about.push(make("div", i ? "hint" : "error", (i ? "→ " : "") + text)));
  return about;
}

function render({ model, el }, store) {
  const drawn = new Map();
  const dirty = new Set(store.rows.keys());
  let folded = null; // null: the run's state decides
  let graphed = null; // null: shown where it is small
  let current = null;
  let frame = 0;
  let cancels = 0;
  let touched = false; // the person scrolled or opened something: stop following
  let spoken = null;
  let advice = "cancelling";
  let aboutText = "";
  let graphText = "";

  const root = make("div", "root");
  const head = make("div", "head");
  const fold = make("button", "fold");
  const glyph = make("span", "glyph", "", { "aria-hidden": true });
  const title = make("span", "title");
  const clock = make("span", "clock");
  const cancel = make("button", "button nbo-cancel");
  const bar = make("div", "bar");
  const body = make("div", "body");
  const about = make("div", "about");
  const graph = make("div", "graph", "", { tabindex: 0, role: "region", "aria-label": "Picture of the plan" });
  const pictured = make("button", "button nbo-pictured", "Graph");
  const tree = make("div", "tree", "", { role: "tree", "aria-label": "Steps" });
  fold.append(glyph, title);
  head.append(fold, clock, pictured, cancel);
  bar.append(make("i"));
  body.append(about, graph, tree);
  root.append(head, bar, body);

  const ask = (message, unheard) => {
    store.acks.delete(message.kind);
    model.send(message);
    setTimeout(() => store.acks.has(message.kind) || unheard(), NO_ANSWER_MS);
  };
  const skip = (step, unheard) => ask({ kind: "skip", step }, unheard);
  const isOver = () => ENDED.has(store.head.state);
  const isFolded = () => folded ?? isOver();
  const isCancelling = () => cancels > 0 || store.head.cancelling;

  // Tab reaches one step of the tree, the arrows go on from there.
  function reach(id) {
    drawn.get(current)?.item.setAttribute("tabindex", -1);
    drawn.get(id)?.item.setAttribute("tabindex", 0);
    current = id;
  }

  function focus(id) {
    reach(id);
    drawn.get(id).item.focus();
  }

  // Asked again where no answer came: a busy kernel may hear the first wish late or never, as with hello.
  function askFor(id) {
    const waits = () => drawn.get(id)?.box && !store.details.has(id);
    model.send({ kind: "open", step: id });
    for (const ms of [500, 1500, 4000]) setTimeout(() => waits() && model.send({ kind: "open", step: id }), ms);
  }

  function toggle(id) {
    const row = drawn.get(id);
    touched = true;
    if (row.box) model.send({ kind: "shut", step: id });
    else askFor(id);
    if (row.box) {
      row.box.remove();
      row.box = null;
    } else {
      row.box = make("div", "detail", "", { role: "group", "aria-label": `About ${store.rows.get(id).name}` });
      row.box.append(make("div"), make("div", "acts"));
      row.item.append(row.box);
    }
    paintRow(row, store.rows.get(id), store, skip);
    focus(id);
  }

  function interrupt() {
    if (isOver()) return;
    const kernel = model.widget_manager?.kernel; // not documented, so it may be missing
    if (model.get("interruptible") && kernel?.interrupt) kernel.interrupt();
    else {
      advice = "no answer: use the notebook's stop button";
      paintClock();
    }
  }

  fold.onclick = () => {
    folded = !isFolded();
    paintHead();
  };
  pictured.onclick = () => {
    graphed = graph.hidden;
    folded = false;
    paintHead();
  };
  cancel.onclick = () => {
    if (cancels++) return interrupt(); // asked twice: no more waiting
    ask({ kind: "cancel" }, interrupt);
    paintHead();
  };

  function paintGraph() {
    const { graph: drawn, critical } = store.head;
    const count = Object.keys(drawn?.places || {}).length;
    const shown = count > 0 && (graphed ?? (count <= SMALL && root.clientWidth >= NARROW));
    pictured.hidden = isOver() || !count;
    pictured.ariaPressed = shown;
    graph.hidden = !shown;
    const said = shown && JSON.stringify([drawn, critical, [...store.rows.values()].map((row) => [row.state, row.name])]);
    if (said && said !== graphText) graph.replaceChildren(drawGraph(store, toggle));
    graphText = said;
  }

  function paintClock() {
    const time = store.head.started ? ` · ${seconds(Date.now() / 1000 + store.skew - store.head.started)}` : "";
    put(clock, isOver() ? "" : (isCancelling() ? advice : store.head.line) + time);
  }

  function paintHead() {
    const h = store.head;
    root.dataset.state = h.state;
    root.classList.toggle("nbo-folded", isFolded());
    fold.ariaExpanded = !isFolded();
    put(glyph, GLYPHS[h.state] || "");
    put(title, isOver() ? h.line : h.goal || (h.total ? "Running the plan" : "Reading the goal"));
    title.title = h.goal;
    cancel.hidden = isOver();
    put(cancel, isCancelling() ? "Stop now" : "Cancel");
    bar.firstChild.style.width = `${h.total ? (100 * h.done) / h.total : 0}%`;
    paintClock();
    paintGraph();
    const { line, started, done, cancelling, graph: places, critical, ...said } = h;
    const text = JSON.stringify([said, ...store.typed]);
    if (text !== aboutText) about.replaceChildren(...drawAbout(h, store.typed, (message) => model.send(message)));
    aboutText = text;
    speak();
  }

  function speak() {
    const failed = [...store.rows.values()].filter((row) => row.state === "failed").pop();
    const text = isOver() ? `Run ${store.head.state}: ${store.head.line}` : failed ? `Step ${failed.name} failed` : store.head.total ? "Run started" : "";
    if (text && text !== spoken && !(spoken === null && isOver())) say(text);
    spoken = text;
  }

  function paintRows(ids) {
    for (const [id, row] of drawn) if (!store.rows.has(id)) row.item.remove(), drawn.delete(id);
    for (const id of ids.filter((id) => store.rows.has(id))) {
      if (!drawn.has(id)) drawn.set(id, createRow(id, toggle));
      paintRow(drawn.get(id), store.rows.get(id), store, skip);
    }
    const items = [...store.rows.keys()].map((id) => drawn.get(id).item);
    const first = items.findIndex((item, i) => tree.children[i] !== item);
    if (first >= 0) tree.append(...items.slice(first));
    if (!drawn.has(current)) reach(store.rows.keys().next().value);
  }

  // Columns line up by their longest text; a column that says nothing takes no room.
  function paintWidths() {
    const rows = [...store.rows.values()];
    const widest = (of, most) => `${Math.min(most, Math.max(0, ...rows.map(of)))}ch`;
    tree.style.setProperty("--nbo-name", widest((row) => row.name.length + 2 * Math.min(row.depth, DEEPEST), 42));
    tree.style.setProperty("--nbo-model", widest((row) => (row.model || "").length, 18));
    root.classList.toggle("nbo-some-cached", rows.some((row) => row.cached));
    root.classList.toggle("nbo-long", rows.length > LONG);
  }

  function follow() {
    const running = [...store.rows.values()].find((row) => row.state === "running");
    if (!touched && running && store.rows.size > LONG) tree.scrollTop = drawn.get(running.id).item.offsetTop - tree.clientHeight / 2;
  }

  function paint() {
    frame = 0;
    const ids = [...dirty];
    dirty.clear();
    if (ids.length) paintRows(ids), paintWidths(), follow();
    paintHead();
  }

  function redraw(changed) {
    for (const id of changed) dirty.add(id);
    frame ||= requestAnimationFrame(paint);
  }

  function leave() {
    el.closest(".jp-Cell[tabindex], .jp-Notebook[tabindex]")?.focus({ preventScroll: true });
  }

  function step(by) {
    const ids = [...store.rows.keys()];
    focus(ids[Math.min(Math.max(ids.indexOf(current) + by, 0), ids.length - 1)]);
  }

  const KEYS = {
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    Home: () => step(-Infinity),
    End: () => step(Infinity),
    Enter: () => toggle(current),
    " ": () => toggle(current),
    Escape: leave,
    ArrowRight: () => drawn.get(current).box || toggle(current),
    ArrowLeft: () => {
      const need = (store.rows.get(current).needs || []).find((id) => drawn.has(id));
      if (drawn.get(current).box) toggle(current);
      else if (need) focus(need);
    },
  };
  tree.onkeydown = (event) => {
    if (!KEYS[event.key] || !drawn.has(event.target.dataset.id) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    reach(event.target.dataset.id);
    KEYS[event.key]();
  };
  tree.addEventListener("wheel", () => (touched = true), { passive: true });
  // Keys belong to the tree while it has the focus, but Ctrl+S and its like stay the notebook's. Lab's shortcuts listen after us,
  // Notebook 7's before us: those leave an element with this attribute alone.
  root.onkeydown = (event) => event.ctrlKey || event.metaKey || event.stopPropagation();
  const keepKeys = (element) => element.setAttribute("data-lm-suppress-shortcuts", "");
  const lendKeys = ({ target, ctrlKey, metaKey }) => {
    if (!root.contains(target) || !(ctrlKey || metaKey)) return;
    target.removeAttribute("data-lm-suppress-shortcuts");
    setTimeout(keepKeys, 0, target);
  };
  root.addEventListener("focusin", (event) => keepKeys(event.target));
  window.addEventListener("keydown", lendKeys, true);

  el.append(root);
  store.redraws.add(redraw);
  paint();
  const ticking = setInterval(() => {
    if (isOver()) return;
    paintClock();
    for (const [id, row] of drawn) if (store.rows.get(id)?.started) paintTime(row, store.rows.get(id), store);
  }, 200);
  // Several hellos, because a busy kernel may hear the first ones late or never.
  const hellos = [0, 300, 1000, 2000].map((ms) => setTimeout(() => store.acks.has("hello") || model.send({ kind: "hello" }), ms));

  return () => {
    speak(); // the end may not have been drawn yet
    store.redraws.delete(redraw);
    clearInterval(ticking);
    hellos.forEach(clearTimeout);
    cancelAnimationFrame(frame);
    window.removeEventListener("keydown", lendKeys, true);
    if (root.contains(document.activeElement)) leave(); // the output is about to be replaced
  };
}

export default () => {
  const store = createStore();
  return {
    initialize({ model }) {
      store.apply({ all: model.get("state") });
      model.on("change:state", () => store.apply({ now: model.get("state").now, all: model.get("state") }));
      model.on("msg:custom", store.apply);
      model.on("comm_live_update", () => ENDED.has(store.head.state) || store.apply({ head: LOST }));
    },
    render: (context) => render(context, store),
  };
};
