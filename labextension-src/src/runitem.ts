/** One run in the list: a line, and below it, when opened, its goal, its steps and what can be done with it. */
import { button, element, say } from './dom';
import { IRun, IRunDetail, IStep } from './wire';
import { STATES, aboutRun, moneyText, notebookText, secondsText, timeText } from './words';

/** What an item may ask for. `label: act` pairs come from the panel, which knows where the run's cell is. */
export interface IRunActs {
  detail(run: IRun): Promise<IRunDetail>;
  code(run: IRun, step: string): Promise<string>;
  actions(run: IRun): IAction[];
}

export interface IAction {
  label: string;
  title: string;
  act: () => unknown;
}

const MILLISECONDS_PER_DETAIL = 500;
/** A goal this short is read in the run's own line. */
const GOAL_IN_LINE = 60;
let count = 0;

export class RunItem {
  readonly node: HTMLLIElement;

  constructor(private run: IRun, private readonly acts: IRunActs) {
    const id = `orch-run-${++count}`;
    this.glyph = element('span', { class: 'orch-glyph', 'aria-hidden': 'true' });
    this.title = element('span', { class: 'orch-title' });
    this.about = element('span', { class: 'orch-dim orch-about' });
    this.where = element('span', { class: 'orch-dim orch-where' });
    const words = element('span', { class: 'orch-words' }, this.title, this.about, this.where);
    this.line = element('button', { type: 'button', class: 'orch-line', 'aria-expanded': 'false', 'aria-controls': id }, this.glyph, words);
    this.body = element('div', { class: 'orch-body', id, hidden: true }, this.goal, this.actions, this.answer);
    this.node = element('li', { class: 'orch-run' }, this.line, this.body);
    this.line.addEventListener('click', () => this.toggle());
    this.update(run);
  }

  update(run: IRun): void {
    const before = JSON.stringify(this.run);
    this.run = run;
    const state = STATES[run.state] ?? { glyph: '?', word: run.state };
    this.node.dataset.state = run.state;
    say(this.glyph, state.glyph);
    say(this.title, [run.name, run.goal || 'a given plan'].filter(Boolean).join(': '));
    say(this.about, `${state.word} · ${aboutRun(run)}`);
    say(this.where, `${timeText(run.when)} · ${notebookText(run.notebook)}`);
    this.where.title = run.notebook;
    if (this.opened && before !== JSON.stringify(run)) {
      this.drawActions();
      this.ask();
    }
  }

  private get opened(): boolean {
    return !this.body.hidden;
  }

  private toggle(): void {
    this.body.hidden = !this.body.hidden;
    this.line.setAttribute('aria-expanded', String(this.opened));
    if (this.opened) {
      this.drawActions();
      if (!this.answer.firstChild) {
        this.answer.replaceChildren(element('p', { class: 'orch-dim' }, 'Asking the kernel…'));
      }
      this.ask();
    }
  }

  /** What can be done needs no answer from the kernel: a busy one that hears nothing can still be interrupted. */
  private drawActions(): void {
    const wanted = this.acts.actions(this.run);
    const told = JSON.stringify(wanted);
    if (told === this.offered) {
      return;
    }
    this.offered = told;
    const focused = this.actions.contains(document.activeElement) ? document.activeElement?.textContent : undefined;
    this.actions.replaceChildren(...wanted.map(({ label, title, act }) => button(label, title, act)));
    if (focused) {
      [...this.actions.children].map(node => node as HTMLElement).find(node => node.textContent === focused)?.focus();
    }
  }

  /** Asks for the steps, one question at a time, a few times a second at most. */
  private ask(): void {
    if (this.asking) {
      this.again = true;
      return;
    }
    this.asking = true;
    const rest = new Promise<void>(resolve => setTimeout(resolve, MILLISECONDS_PER_DETAIL));
    this.acts.detail(this.run).then(
      detail => this.draw(detail),
      error => {
        this.drawn = '';
        this.answer.replaceChildren(element('p', { class: 'orch-bad' }, error instanceof Error ? error.message : String(error)));
      }
    ).then(() => rest).finally(() => {
      this.asking = false;
      if (this.again && this.opened) {
        this.again = false;
        this.ask();
      }
    });
  }

  /** Replaces what stands below the line; a code or a focus that a person has there stays. */
  private draw(detail: IRunDetail): void {
    const steps = detail.steps.map(step => this.stepNode(step, detail.has_code));
    const told = JSON.stringify(detail);
    if (told === this.drawn) {
      return;
    }
    this.drawn = told;
    const focused = this.answer.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset.key : undefined;
    say(this.goal, detail.goal.length > GOAL_IN_LINE ? detail.goal : '');
    this.goal.hidden = !this.goal.textContent;
    this.answer.replaceChildren(...paragraphs(detail), element('ol', { class: 'orch-steps', 'aria-label': 'Steps' }, ...steps));
    if (detail.more) {
      this.answer.append(element('p', { class: 'orch-dim' }, `and ${detail.more.toLocaleString()} more steps`));
    }
    if (focused) {
      [...this.answer.querySelectorAll<HTMLElement>('[data-key]')].find(node => node.dataset.key === focused)?.focus();
    }
  }

  private stepNode(step: IStep, hasCode: boolean): HTMLElement {
    const state = STATES[step.state] ?? { glyph: '?', word: step.state };
    const spent = step.state === 'done' ? [step.cached ? 'cached' : secondsText(step.seconds), step.cost !== 0 && moneyText(step.cost)] : [state.word];
    const head = element(
      'div',
      { class: 'orch-step-head' },
      element('span', { class: 'orch-glyph', 'aria-hidden': 'true' }, state.glyph),
      element('span', { class: 'orch-step-name', title: step.purpose || undefined }, step.name),
      element('span', { class: 'orch-dim' }, [step.kind, ...spent].filter(Boolean).join(' · '))
    );
    const lines = [step.summary, step.waiting_for && `waits for ${step.waiting_for}`, step.why && `why: ${step.why}`, step.model && `model: ${step.model}`];
    const node = element('li', { class: 'orch-step', 'data-state': step.state }, head);
    node.append(...lines.filter(Boolean).map(line => element('p', { class: 'orch-dim' }, line as string)));
    if (step.message) {
      node.append(element('p', { class: 'orch-bad' }, step.message));
    }
    if (hasCode) {
      node.append(this.codeNode(step));
    }
    return node;
  }

  private codeNode(step: IStep): HTMLElement {
    const code = element('pre', { class: 'orch-code', tabindex: '0', 'aria-label': `Code of ${step.name}` });
    const node = element('details', {}, element('summary', { 'data-key': `code ${step.id}` }, 'Code'), code);
    node.open = this.codes.has(step.id);
    const fill = (): void => {
      node.open ? this.codes.add(step.id) : this.codes.delete(step.id);
      if (node.open && !code.textContent) {
        this.acts.code(this.run, step.id).then(text => say(code, text), error => say(code, String(error)));
      }
    };
    node.addEventListener('toggle', fill);
    return node;
  }

  private asking = false;
  private again = false;
  private drawn = '';
  private offered = '';
  private readonly codes = new Set<string>();
  private readonly glyph: HTMLElement;
  private readonly title: HTMLElement;
  private readonly about: HTMLElement;
  private readonly where: HTMLElement;
  private readonly line: HTMLButtonElement;
  private readonly body: HTMLDivElement;
  private readonly goal = element('p', { class: 'orch-goal', hidden: true });
  private readonly actions = element('div', { class: 'orch-actions' });
  private readonly answer = element('div', { class: 'orch-answer' });
}

function paragraphs(detail: IRunDetail): HTMLElement[] {
  const bad = [detail.message, detail.hint && `→ ${detail.hint}`, ...detail.warnings].filter(Boolean);
  const sent = detail.sent ? `${detail.sent} times something left the kernel (%orchestrate sent)` : 'nothing left the kernel';
  const dim = [detail.planner && `plan: ${detail.planner}`, sent].filter(Boolean);
  return [...bad.map(text => element('p', { class: 'orch-bad' }, text)), ...dim.map(text => element('p', { class: 'orch-dim' }, text))];
}
