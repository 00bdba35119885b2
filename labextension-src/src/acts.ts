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
import { exporting, write } from './trees';
import { IRun, IRunDetail, isLive } from './wire';
import { timeText } from './words';

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

  let first: IRun | null = null;
  const comparing = async (run: IRun): Promise<void> => {
    if (!first || first.id === run.id) {
      first = run;
      panel().tell(`Compare ${first.name || 'the run'} of ${timeText(first.when)} with which? Choose Compare in another run.`);
      return;
    }
    const [before, after] = [first, run].sort((a, b) => a.when - b.when);
    first = null;
    panel().tell('');
    await inCell(tracker, `%orchestrate diff ${before.id} ${after.id}`);
  };

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
    actions: run => {
      if (isLive(run)) {
        return run.here ? [cancelling(run, kernels)] : [showing(run, tracker)];
      }
      const compare = { label: 'Compare', title: 'Choose two runs: what differs is shown in a new cell (%orchestrate diff)', act: () => comparing(run) };
      const file = exporting(run.id);
      const exports = { label: file.label, title: file.title, act: () => tracker.currentWidget && write(tracker.currentWidget, null, file) };
      return [...cellActions(run, tracker), showing(run, tracker), ...bringingBack(run, tracker), compare, exports, ...goalActions(run, tracker, ask)];
    }
  };
}

/** A line of a verb in a new cell below the active one, run at once: there its output can be read, kept and undone. */
async function inCell(tracker: INotebookTracker, line: string): Promise<void> {
  const notebook = tracker.currentWidget;
  if (notebook) {
    insertCell(notebook, line);
    await runCell(notebook, notebook.content.activeCellIndex);
  }
}

const showing = (run: IRun, tracker: INotebookTracker): IAction => ({
  label: 'Open',
  title: 'Its steps and results in a new cell below the active one (%orchestrate show)',
  act: () => inCell(tracker, `%orchestrate show ${run.id}`)
});

/** By message, and where no answer comes (a blocked old kernel) by the kernel's own interrupt. */
function cancelling(run: IRun, kernels: Kernels): IAction {
  const act = async (): Promise<void> => {
    const link = kernels.current;
    let heard = false;
    const patience = new Promise<void>(resolve => setTimeout(resolve, MILLISECONDS_TO_CANCEL));
    const asked = link?.ask('cancel', { run: run.id }).then(() => (heard = true));
    await Promise.race([asked, patience]).catch(() => undefined);
    const now = link?.runs.get(run.id);
    if (!heard && now && isLive(now)) {
      await link?.kernel.interrupt(); // whatever its status says: that is idle after each message of another channel
    }
  };
  return { label: 'Cancel', title: 'Stop this run; what is finished is kept', act };
}

/** Runs it again: in its own cell where that stands in an open notebook, else by its verb in a new one. */
function cellActions(run: IRun, tracker: INotebookTracker): IAction[] {
  const resumes = STOPPED.includes(run.state);
  const label = resumes ? 'Resume' : 'Run again';
  const home = tracker.find(notebook => findCell(notebook, run.cell) >= 0);
  if (!home) {
    const verb = resumes ? 'resume' : 'rerun';
    const title = `Its plan once more, in a new cell below the active one (%orchestrate ${verb}); what is kept is not done again`;
    return [{ label, title, act: () => inCell(tracker, `%orchestrate ${verb} ${run.id}`) }];
  }
  const there = (act: (notebook: NotebookPanel, index: number) => Promise<void>) => async (): Promise<void> => {
    const index = findCell(home, run.cell);
    if (index >= 0) {
      await act(home, index);
    }
  };
  const title = `Run its cell again: ${resumes ? 'finished steps come' : 'what has not changed comes'} from the cache`;
  return [
    { label: 'Go to cell', title: 'Show the cell of this run', act: there(goToCell) },
    { label, title, act: there(runCell) }
  ];
}

/** Variables of a run of an earlier kernel; this kernel has its own bound already. */
function bringingBack(run: IRun, tracker: INotebookTracker): IAction[] {
  const title = 'Bind its variables again, without running anything (%orchestrate restore, in a new cell)';
  const act = (): Promise<void> => inCell(tracker, `%orchestrate restore ${run.id}`);
  return run.here || !run.done ? [] : [{ label: 'Restore', title, act }];
}

/** A goal cell with this goal, below the active cell. */
function goalActions(run: IRun, tracker: INotebookTracker, ask: <T>(kind: string, data: Record<string, string>) => Promise<T>): IAction[] {
  const insertGoal = async (): Promise<void> => {
    const detail = await ask<IRunDetail>('detail', { run: run.id });
    if (tracker.currentWidget) {
      insertCell(tracker.currentWidget, `${[MAGIC, detail.name].filter(Boolean).join(' ')}\n${detail.goal}`);
    }
  };
  return run.goal ? [{ label: 'Insert goal', title: 'A goal cell with this goal below the active cell', act: insertGoal }] : [];
}
