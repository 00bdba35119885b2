/**
 * Buttons in finished trees: each writes a verb of %orchestrate into a cell below the tree's own, where its output can be read, kept and undone.
 *
 * A tree names its run and steps in data attributes (nb_orchestra/views/html.py). In an output that is not trusted Lab strips them, so no button
 * stands there; what they hold is used only where it is a plain name.
 */
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { insertCell, runCell } from './cells';
import { button, element } from './dom';

const RUN = /^[\w-]{1,80}$/;
const NAME = /^[\p{L}_][\p{L}\p{N}_]{0,80}$/u;
const STOPPED = ['failed', 'cancelled'];
const ASKING = ['ask', 'judge'];

interface IVerb {
  label: string;
  title: string;
  line: string;
  /** The line is not whole: it waits for the person, with the cursor at its end. */
  waits?: boolean;
}

/** Adds the buttons whenever a tree or a step of one is opened. */
export function treeButtons(tracker: INotebookTracker): void {
  document.addEventListener('toggle', event => {
    const tree = event.target as HTMLDetailsElement;
    const made = tree.matches?.('details[data-nbo-run], details[data-nbo-step]') && tree.open && !tree.querySelector(':scope > div > .orch-verbs');
    const notebook = made ? tracker.find(panel => panel.content.node.contains(tree)) : undefined;
    const verbs = notebook ? verbsOf(tree) : [];
    if (notebook && verbs.length) {
      const row = element('div', { class: 'orch-verbs', role: 'group', 'aria-label': 'Actions' });
      row.append(...verbs.map(verb => button(verb.label, `${verb.title} (${verb.line.trim()})`, () => write(notebook, tree, verb))));
      if (tree.dataset.nboStep) {
        row.append(copying(tree));
      }
      tree.querySelector(':scope > div')?.prepend(row);
    }
  }, true);
}

function verbsOf(tree: HTMLElement): IVerb[] {
  const { nboRun: run = '', nboStep: step = '', nboState: state = '', nboKind: kind = '' } = tree.dataset;
  const of = tree.closest<HTMLElement>('details[data-nbo-run]')?.dataset.nboRun ?? '';
  return NAME.test(step) && RUN.test(of) ? stepVerbs(of, step, state, kind) : RUN.test(run) ? runVerbs(run, state) : [];
}

function stepVerbs(run: string, name: string, state: string, kind: string): IVerb[] {
  const again = { title: 'Do this step anew, and what changes below it', line: `%orchestrate fresh ${name}` };
  const verbs: (IVerb | false)[] = [
    state === 'done' && { label: 'Open', title: 'Its value in a new cell', line: `%orchestrate show ${run} ${name}` },
    { label: state === 'done' ? 'Run again' : 'Retry', ...again },
    { label: 'Edit…', title: 'Prompt, code, arguments: the plan in a new cell, to be changed and run', line: `%orchestrate edit ${name} --cell` },
    ASKING.includes(kind) && { label: 'Model…', title: 'Another model for this step; %orchestrate rerun then runs it', line: `%orchestrate edit ${name} model=`, waits: true },
    { label: 'Skip', title: 'The run once more without this step', line: `%orchestrate skip ${name}` }
  ];
  return verbs.filter((verb): verb is IVerb => !!verb);
}

function runVerbs(run: string, state: string): IVerb[] {
  const resumes = STOPPED.includes(state);
  return [
    resumes
      ? { label: 'Resume', title: 'Go on: what is finished is not done again', line: `%orchestrate resume ${run}` }
      : { label: 'Run again', title: 'Its plan once more; what has not changed comes from the cache', line: `%orchestrate rerun ${run}` },
    exporting(run),
    { label: 'Undo', title: 'Every variable as it was before the last run', line: '%orchestrate undo' }
  ];
}

/** A run as a file: the file's name is for the person to write, its ending says what becomes of it. */
export const exporting = (run: string): IVerb => ({
  label: 'Export…',
  title: 'As a file: report.html, report.md, cells.ipynb, script.py, plan.yaml, or any other name for one that a replay can use',
  line: `%orchestrate export ${run} report.html`,
  waits: true
});

/** Writes the verb below the tree's cell (below the active one, where there is no tree), and runs it where it is whole. */
export async function write(notebook: NotebookPanel, tree: HTMLElement | null, verb: IVerb): Promise<void> {
  const home = tree ? notebook.content.widgets.findIndex(cell => cell.node.contains(tree)) : -1;
  if (home >= 0) {
    notebook.content.activeCellIndex = home;
  }
  insertCell(notebook, verb.line, !tree);
  const cell = notebook.content.activeCell;
  if (!verb.waits) {
    await runCell(notebook, notebook.content.activeCellIndex);
  } else if (cell) {
    await notebook.content.scrollToItem(notebook.content.activeCellIndex, 'smart');
    await cell.ready;
    notebook.content.mode = 'edit';
    cell.editor?.setCursorPosition({ line: 0, column: verb.line.length });
    cell.editor?.focus();
  }
}

/** The step's table as tab-separated values, else its result or what is known of it. */
function copying(tree: HTMLElement): HTMLButtonElement {
  const node = button('Copy', 'The result, or what is known of the step, as text', async () => {
    const table = tree.querySelector('table');
    const body = tree.querySelector(':scope > div')!.cloneNode(true) as HTMLElement;
    body.querySelectorAll('.orch-verbs, details').forEach(part => part.remove());
    const lines = table && [...table.rows].map(row => [...row.cells].map(cell => cell.textContent ?? '').join('\t'));
    await navigator.clipboard.writeText(lines ? lines.join('\n') : body.innerText || (body.textContent ?? '')).then(
      () => (node.textContent = 'Copied'),
      () => (node.textContent = 'The clipboard is shut here')
    );
  });
  return node;
}
