/** What the panel's buttons do. Each is one person's click; cells are written at the cursor only, and can be undone. */
import { JupyterFrontEnd } from '@jupyterlab/application';
import { Dialog, showDialog } from '@jupyterlab/apputils';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { findCell, goToCell, insertCell, runCell } from './cells';
import { COMMANDS } from './commands';
import { MAGIC } from './goal';
import { Kernels } from './kernels';
import { KernelLink, Refused } from './link';
import { IPanelActs, RunsPanel } from './panel';
import { IAction } from './runitem';
import { IRun, IRunDetail, isLive } from './wire';

const MILLISECONDS_TO_CANCEL = 700;
const STOPPED = ['failed', 'cancelled', 'interrupted'];

export function panelActs(app: JupyterFrontEnd, tracker: INotebookTracker, kernels: Kernels, panel: () => RunsPanel): IPanelActs {
  /** Does something with the current kernel, and shows what it said or why it could not. */
  const told = async (act: (link: KernelLink) => Promise<string>, meanwhile = ''): Promise<void> => {
    const link = kernels.current;
    if (link) {
      panel().tell(link.kernel.status === 'busy' ? meanwhile : '');
      await act(link).then(
        text => panel().tell(text),
        error => panel().tell(error instanceof Refused && error.hint ? `${error.message} → ${error.hint}` : error.message, true)
      );
    }
  };

  const past = async (link: KernelLink): Promise<string> => {
    const { runs, cache } = await link.ask<{ runs: IRun[]; cache: string }>('past');
    if (kernels.current === link) {
      panel().showPast(runs, cache);
    }
    return '';
  };

  const ask = <T>(kind: string, data: Record<string, string>): Promise<T> =>
    kernels.current?.ask<T>(kind, data) ?? Promise.reject(new Refused('no kernel is there'));

  return {
    newGoalCell: () => app.commands.execute(COMMANDS.newGoalCell),
    undo: () => told(link => link.run('%orchestrate undo'), 'Undo waits for the running cell.'),
    load: () => told(async link => (await link.load(), ''), 'Waiting for the running cell.'),
    refresh: () => {
      const link = kernels.current;
      if (link?.presence === 'ready' && panel().isVisible) {
        void past(link).catch(() => undefined);
      }
    },
    clearCache: () =>
      told(async link => {
        const body = 'Every kept result of every notebook goes, and the next run of each goal computes it again. The list of runs stays.';
        const answer = await showDialog({ title: 'Free the cache?', body, buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: 'Free cache' })] });
        const said = answer.button.accept ? (await link.ask<{ told: string }>('clear_cache')).told : '';
        await past(link);
        return said;
      }),
    detail: run => ask<IRunDetail>('detail', { run: run.id }),
    code: async (run, step) => (await ask<{ code: string }>('code', { run: run.id, step })).code,
    actions: run => (isLive(run) && run.here ? [cancelling(run, kernels)] : [...cellActions(run, tracker), ...insertActions(run, tracker, ask)])
  };
}

/** By message, and where no answer comes (a blocked old kernel) by the kernel's own interrupt. */
function cancelling(run: IRun, kernels: Kernels): IAction {
  const act = async (): Promise<void> => {
    const link = kernels.current;
    let heard = false;
    const patience = new Promise<void>(resolve => setTimeout(resolve, MILLISECONDS_TO_CANCEL));
    const asked = link?.ask('cancel', { run: run.id }).then(() => (heard = true));
    await Promise.race([asked, patience]).catch(() => undefined);
    if (!heard && link?.kernel.status === 'busy') {
      await link.kernel.interrupt();
    }
  };
  return { label: 'Cancel', title: 'Stop this run; what is finished is kept', act };
}

/** The run's own cell, where it stands in an open notebook. */
function cellActions(run: IRun, tracker: INotebookTracker): IAction[] {
  const home = tracker.find(notebook => findCell(notebook, run.cell) >= 0);
  if (!home) {
    return [];
  }
  const there = (act: (notebook: NotebookPanel, index: number) => Promise<void>) => async (): Promise<void> => {
    const index = findCell(home, run.cell);
    if (index >= 0) {
      await act(home, index);
    }
  };
  const resumes = STOPPED.includes(run.state);
  const title = resumes ? 'Run its cell again: finished steps come from the cache' : 'Run its cell again: what has not changed comes from the cache';
  return [
    { label: 'Go to cell', title: 'Show the cell of this run', act: there(goToCell) },
    { label: resumes ? 'Resume' : 'Run again', title, act: there(runCell) }
  ];
}

/** Cells that hold this run, below the active cell of the notebook in front. */
function insertActions(run: IRun, tracker: INotebookTracker, ask: <T>(kind: string, data: Record<string, string>) => Promise<T>): IAction[] {
  const insertGoal = async (): Promise<void> => {
    const detail = await ask<IRunDetail>('detail', { run: run.id });
    if (tracker.currentWidget) {
      insertCell(tracker.currentWidget, `${[MAGIC, detail.name].filter(Boolean).join(' ')}\n${detail.goal}`);
    }
  };
  const insertTree = async (): Promise<void> => {
    const notebook = tracker.currentWidget;
    if (notebook) {
      insertCell(notebook, `%orchestrate show ${run.id}`);
      await runCell(notebook, notebook.content.activeCellIndex);
    }
  };
  return [
    ...(run.here ? [{ label: 'Open', title: 'Show its steps and results in a new cell below the active one', act: insertTree }] : []),
    ...(run.goal ? [{ label: 'Insert goal', title: 'A goal cell with this goal below the active cell', act: insertGoal }] : [])
  ];
}
