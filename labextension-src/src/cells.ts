/** Goal cells in notebooks: shown as prose, found again, and written, which happens only when a person asks for it. */
import { Cell, CodeCell } from '@jupyterlab/cells';
import { Notebook, NotebookActions, NotebookPanel } from '@jupyterlab/notebook';
import { MAGIC, isGoal, nameOf } from './goal';

const PROSE = 'text/x-ipythongfm';
const GOAL_CLASS = 'orch-goal-cell';

/** Goal cells are prose. Lab has no hook for the language of a cell magic, so the cell's MIME type is set, and set again when Lab resets it. */
export function showGoals(panel: NotebookPanel): void {
  const seen = new WeakSet<Cell>();
  const look = (): void => {
    for (const cell of panel.content.widgets) {
      if (cell instanceof CodeCell && !seen.has(cell)) {
        seen.add(cell);
        watch(cell, panel.content);
      }
    }
  };
  panel.content.modelContentChanged.connect(look);
  void panel.context.ready.then(look);
}

function watch(cell: CodeCell, notebook: Notebook): void {
  const apply = (): void => {
    const goal = isGoal(cell.model.sharedModel.getSource());
    cell.toggleClass(GOAL_CLASS, goal);
    const mime = cell.model.mimeType;
    if (goal && mime !== PROSE) {
      cell.model.mimeType = PROSE;
    } else if (!goal && mime === PROSE) {
      cell.model.mimeType = notebook.codeMimetype;
    }
  };
  apply();
  cell.model.contentChanged.connect(apply);
  cell.model.mimeTypeChanged.connect(apply);
}

/** A cell with this source below the active one, as one step that *Undo* takes back; an empty active code cell is filled instead. */
export function insertCell(panel: NotebookPanel, source: string, fill = true): void {
  const notebook = panel.content;
  const active = notebook.activeCell;
  if (!notebook.model || notebook.model.readOnly) {
    return;
  }
  if (fill && active instanceof CodeCell && !active.model.sharedModel.getSource().trim() && active.model.executionState !== 'running') {
    active.model.sharedModel.setSource(source);
  } else {
    const at = notebook.activeCellIndex + 1;
    notebook.model.sharedModel.insertCell(at, { cell_type: 'code', source, metadata: {} });
    notebook.activeCellIndex = at;
    notebook.deselectAll();
  }
}

/** `%%orchestrate NAME` with the cursor where the goal goes. */
export async function newGoalCell(panel: NotebookPanel): Promise<void> {
  insertCell(panel, `${MAGIC} ${freeName(panel)}\n`);
  const notebook = panel.content;
  const cell = notebook.activeCell;
  if (!cell) {
    return;
  }
  await notebook.scrollToItem(notebook.activeCellIndex, 'smart');
  await cell.ready;
  notebook.mode = 'edit';
  cell.editor?.setCursorPosition({ line: 1, column: 0 });
  cell.editor?.focus();
}

/** "answer", or "answer_2" where another goal cell has that name. */
function freeName(panel: NotebookPanel): string {
  const taken = new Set(panel.content.widgets.map(cell => nameOf(cell.model.sharedModel.getSource())));
  let name = 'answer';
  for (let count = 2; taken.has(name); count++) {
    name = `answer_${count}`;
  }
  return name;
}

/** The position of a cell by its own id, or -1. */
export const findCell = (panel: NotebookPanel, id: string): number =>
  id ? panel.content.widgets.findIndex(cell => cell.model.id === id) : -1;

export async function goToCell(panel: NotebookPanel, index: number): Promise<void> {
  panel.content.activeCellIndex = index;
  panel.content.deselectAll();
  await panel.content.scrollToItem(index, 'smart');
  panel.content.node.focus();
}

export async function runCell(panel: NotebookPanel, index: number): Promise<void> {
  await goToCell(panel, index);
  await NotebookActions.run(panel.content, panel.sessionContext);
}
