/** The side panel: this notebook's kernel, its runs and those of earlier kernels by day, what they cost, and the cache. Draws; decides nothing. */
import { Widget } from '@lumino/widgets';
import { button, element, orchestraIcon, say } from './dom';
import { KernelLink, Presence } from './link';
import { IRunActs, RunItem } from './runitem';
import { IRun } from './wire';
import { dayText, matches, notebookText, totalText, totals } from './words';

/** What the panel may ask for beside a run's own acts. */
export interface IPanelActs extends IRunActs {
  newGoalCell(): unknown;
  undo(): unknown;
  load(): unknown;
  clearCache(): unknown;
  refresh(): unknown;
}

const SAID: Record<Presence | 'none', string> = {
  none: 'Open a notebook to see its runs.',
  waiting: 'Waiting for the kernel…',
  absent: 'nb_orchestra is not loaded in this kernel.',
  foreign: 'This kernel is not Python: nb_orchestra runs in Python kernels.',
  dead: 'The kernel died. Restart it to go on; finished steps are kept.',
  ready: ''
};

export class RunsPanel extends Widget {
  constructor(private readonly acts: IPanelActs) {
    super({ node: element('section', { 'aria-label': 'Orchestra runs' }) });
    this.id = 'nb-orchestra-runs';
    this.title.icon = orchestraIcon;
    this.title.caption = 'Orchestra runs';
    this.addClass('orch-panel');
    const head = element(
      'div',
      { class: 'orch-head' },
      element('h2', {}, 'Runs'),
      button('New goal', 'Insert a goal cell below the active cell', () => acts.newGoalCell()),
      this.undo
    );
    this.search.addEventListener('input', () => this.draw());
    this.foot.addEventListener('toggle', () => this.foot.open && acts.refresh());
    this.node.append(head, this.notice, this.load, this.told, this.search, this.list, this.empty, this.costs, this.foot);
  }

  /** The kernel that is shown; null where no notebook is open. */
  showLink(link: KernelLink | null): void {
    this.link = link;
    this.draw();
  }

  /** Runs on disk and what the cache holds, as the kernel last said. */
  showPast(past: IRun[], cache: string): void {
    this.past = past;
    say(this.cache, cache);
    this.draw();
  }

  /** What an action had to say, in place of what the last one said. */
  tell(text: string, bad = false): void {
    say(this.told, text);
    this.told.classList.toggle('orch-bad', bad);
  }

  draw(): void {
    const presence = this.link?.presence ?? 'none';
    const ready = presence === 'ready';
    say(this.notice, SAID[presence]);
    this.load.hidden = presence !== 'absent';
    this.undo.hidden = this.search.hidden = this.list.hidden = this.foot.hidden = !ready;
    const runs = ready ? this.runs() : [];
    this.drawList(runs.filter(run => matches(run, this.search.value)));
    this.drawCosts(runs);
    say(this.empty, !ready ? '' : !runs.length ? 'No runs yet. A goal cell starts one.' : this.list.firstChild ? '' : 'No run matches the search.');
    this.drawFoot();
  }

  protected onAfterShow(): void {
    this.acts.refresh();
  }

  /** Runs of this kernel are newer than what the disk says of them. Newest first. */
  private runs(): IRun[] {
    const all = new Map(this.past.map(run => [run.id, run]));
    this.link?.runs.forEach(run => all.set(run.id, run));
    return [...all.values()].sort((a, b) => b.when - a.when);
  }

  private drawList(runs: IRun[]): void {
    const days = totals(runs, run => dayText(run.when));
    const sections = [...days].map(([day, total]) => {
      const nodes = runs.filter(run => dayText(run.when) === day).map(run => this.item(run).node);
      return this.section(day, totalText(total), nodes);
    });
    keep(this.list, sections);
    const shown = new Set(runs.map(run => run.id));
    [...this.items.keys()].filter(id => !shown.has(id)).forEach(id => this.items.delete(id));
  }

  private item(run: IRun): RunItem {
    const known = this.items.get(run.id);
    known?.update(run);
    const item = known ?? new RunItem(run, this.acts);
    this.items.set(run.id, item);
    return item;
  }

  private section(day: string, total: string, nodes: HTMLElement[]): HTMLElement {
    let section = this.sections.get(day);
    if (!section) {
      const heading = element('h3', {}, element('span', {}, day), element('span', { class: 'orch-dim' }));
      section = element('div', { class: 'orch-day' }, heading, element('ul', { 'aria-label': day }));
      this.sections.set(day, section);
    }
    say(section.querySelector<HTMLElement>('h3 .orch-dim')!, total);
    keep(section.querySelector('ul')!, nodes);
    return section;
  }

  private drawCosts(runs: IRun[]): void {
    this.costs.hidden = !runs.length;
    const rows = [...totals(runs, run => run.notebook)].map(([path, total]) =>
      element('tr', {}, element('th', { scope: 'row', title: path }, notebookText(path)), element('td', {}, totalText(total)))
    );
    this.costs.querySelector('tbody')!.replaceChildren(...rows);
  }

  private drawFoot(): void {
    const rows = (this.link?.options ?? []).flatMap(({ name, value, origin }) => [
      element('dt', {}, name),
      element('dd', {}, value === '{}' ? 'none' : value, element('span', { class: 'orch-dim' }, ` (${origin})`))
    ]);
    this.options.replaceChildren(...rows);
    say(this.version, this.link?.version ? `nb_orchestra ${this.link.version}` : '');
  }

  private link: KernelLink | null = null;
  private past: IRun[] = [];
  private readonly items = new Map<string, RunItem>();
  private readonly sections = new Map<string, HTMLElement>();
  private readonly undo = button('Undo', 'Every variable as it was before the last run (%orchestrate undo)', () => this.acts.undo());
  private readonly notice = element('p', { class: 'orch-notice', role: 'status' });
  private readonly load = button('Load it', 'Runs %load_ext nb_orchestra in this kernel', () => this.acts.load(), 'orch-yes');
  private readonly told = element('p', { class: 'orch-told', role: 'status' });
  private readonly search = element('input', { type: 'search', class: 'orch-search', placeholder: 'Search runs', 'aria-label': 'Search runs' });
  private readonly list = element('div', { class: 'orch-list' });
  private readonly empty = element('p', { class: 'orch-dim orch-empty' });
  private readonly costs = element(
    'details',
    { class: 'orch-costs', hidden: true },
    element('summary', {}, 'Cost by notebook'),
    element('table', {}, element('tbody', {}))
  );
  private readonly options = element('dl', {});
  private readonly cache = element('p', { class: 'orch-dim orch-cache' });
  private readonly version = element('p', { class: 'orch-dim' });
  private readonly foot = element(
    'details',
    { class: 'orch-foot' },
    element('summary', {}, 'Settings and cache of this kernel'),
    this.options,
    this.cache,
    button('Free cache…', 'Empties the cache: the next run of each goal computes it again', () => this.acts.clearCache()),
    this.version
  );
}

/** Makes these the children of a parent, moving only what is not in its place: an element that moves loses its focus. */
function keep(parent: Element, children: Element[]): void {
  const wanted = new Set(children);
  [...parent.children].filter(child => !wanted.has(child)).forEach(child => child.remove());
  children.forEach((child, position) => {
    if (parent.children[position] !== child) {
      parent.insertBefore(child, parent.children[position] ?? null);
    }
  });
}
