/** The commands of the palette, the launcher, the toolbar and the keyboard. */
import { JupyterFrontEnd } from '@jupyterlab/application';
import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { Widget } from '@lumino/widgets';
import { insertCell, newGoalCell } from './cells';
import { orchestraIcon } from './dom';
import { described } from './editor';
import { mentionAt, shareOf } from './goal';
import { Kernels } from './kernels';

export const COMMANDS = {
  newGoalCell: 'nb-orchestra:new-goal-cell',
  newNotebook: 'nb-orchestra:new-goal-notebook',
  showRuns: 'nb-orchestra:show-runs',
  describeName: 'nb-orchestra:describe-name'
};

export function addCommands(app: JupyterFrontEnd, tracker: INotebookTracker, kernels: Kernels, open: () => void): void {
  const inNotebook = (): boolean => tracker.currentWidget !== null && tracker.currentWidget === app.shell.currentWidget;

  app.commands.addCommand(COMMANDS.newGoalCell, {
    label: args => (args.toolbar ? '' : 'New Goal Cell'),
    caption: 'Insert a goal cell (%%orchestrate) below the active cell',
    icon: orchestraIcon,
    isEnabled: inNotebook,
    execute: async () => {
      if (tracker.currentWidget) {
        await newGoalCell(tracker.currentWidget);
        offerToLoad(tracker.currentWidget, kernels);
      }
    }
  });

  app.commands.addCommand(COMMANDS.newNotebook, {
    label: args => (args.isPalette ? 'New Goal Notebook' : 'Goal Notebook'),
    caption: 'A new notebook with nb_orchestra loaded and a goal cell',
    icon: orchestraIcon,
    execute: async args => {
      const kernelName = app.serviceManager.kernelspecs.specs?.default ?? 'python3';
      const notebook: NotebookPanel = await app.commands.execute('notebook:create-new', { cwd: args.cwd, kernelName });
      await notebook.context.ready;
      insertCell(notebook, '%load_ext nb_orchestra');
      await newGoalCell(notebook);
    }
  });

  app.commands.addCommand(COMMANDS.showRuns, {
    label: 'Orchestra Runs',
    caption: 'Runs of goals, live and past',
    icon: orchestraIcon,
    execute: open
  });

  app.commands.addCommand(COMMANDS.describeName, {
    label: 'Show What the Name at the Cursor Sends',
    caption: 'What an outside model would be told of the {name} at the cursor',
    isEnabled: () => inNotebook() && mentionHere(tracker) !== null,
    execute: async () => {
      const found = mentionHere(tracker);
      const asked = found && kernels.describe(found.inside, found.mention, found.share);
      if (found && asked) {
        const body = new Widget({ node: described(found.mention, asked) });
        await showDialog({ title: `{${found.mention}}`, body, buttons: [Dialog.okButton()] });
      } else if (found) {
        Notification.info('nb_orchestra is not loaded in this kernel.', { autoClose: 5000 });
      }
    }
  });
}

function mentionHere(tracker: INotebookTracker): { inside: HTMLElement; mention: string; share: string } | null {
  const editor = tracker.activeCell?.editor;
  if (!editor) {
    return null;
  }
  const text = editor.model.sharedModel.getSource();
  const piece = mentionAt(text, editor.getOffsetAt(editor.getCursorPosition()));
  return piece ? { inside: editor.host, mention: text.slice(piece.from + 1, piece.to - 1).trim(), share: shareOf(text) } : null;
}

/** A goal cell needs the extension loaded in its kernel; loading it is one click, and only a click. */
function offerToLoad(notebook: NotebookPanel, kernels: Kernels): void {
  const link = kernels.of(notebook);
  const loads = notebook.content.widgets.some(cell => /^\s*%(?:load|reload)_ext\s+nb_orchestra\b/m.test(cell.model.sharedModel.getSource()));
  if (link?.presence === 'absent' && !loads) {
    const load = (): void => void link.load().catch(error => Notification.error(`nb_orchestra could not be loaded: ${error.message}`));
    Notification.info('nb_orchestra is not loaded in this kernel.', { autoClose: 10_000, actions: [{ label: 'Load it', callback: load }] });
  }
}
