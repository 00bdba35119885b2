/** nb_orchestra in JupyterLab and Notebook 7: wires commands, panel, status bar, settings and goal cells. The only file that knows them all. */
import { ILayoutRestorer, JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Dialog, ICommandPalette, showDialog } from '@jupyterlab/apputils';
import { EditorExtensionRegistry, IEditorExtensionRegistry } from '@jupyterlab/codemirror';
import { ILauncher } from '@jupyterlab/launcher';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStatusBar } from '@jupyterlab/statusbar';
import { showGoals } from './cells';
import { COMMANDS, addCommands } from './commands';
import { orchestraIcon } from './dom';
import { goalMarks } from './editor';
import { Kernels } from './kernels';
import { KernelLink, Presence } from './link';
import { RunsPanel } from './panel';
import { panelActs } from './acts';
import { kernelSettings } from './settings';
import { RunsStatus } from './status';
import { treeButtons } from './trees';

const ID = 'nb-orchestra-lab:plugin';

const plugin: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: 'Goal cells, runs and settings of nb_orchestra.',
  autoStart: true,
  requires: [INotebookTracker, IEditorExtensionRegistry, ISettingRegistry],
  optional: [ICommandPalette, IStatusBar, ILauncher, ILayoutRestorer],
  activate
};

function activate(
  app: JupyterFrontEnd,
  tracker: INotebookTracker,
  editors: IEditorExtensionRegistry,
  registry: ISettingRegistry,
  palette: ICommandPalette | null,
  statusBar: IStatusBar | null,
  launcher: ILauncher | null,
  restorer: ILayoutRestorer | null
): void {
  let settings: ISettingRegistry.ISettings | null = null;
  const kernels = new Kernels(tracker, () => kernelSettings(settings));
  const open = (): void => app.shell.activateById(panel.id);
  const acts = panelActs(app, tracker, kernels, () => panel);
  const panel = new RunsPanel(acts);
  app.shell.add(panel, 'right', { rank: 900, type: 'Orchestra' });
  restorer?.add(panel, panel.id);

  const status = new RunsStatus(open);
  statusBar?.registerStatusItem(`${ID}:runs`, {
    item: status,
    align: 'left',
    rank: 60,
    isActive: () => status.active,
    activeStateChanged: status.activeStateChanged
  });

  let shown: [KernelLink | null, Presence?] = [null];
  kernels.changed.connect(() => {
    panel.showLink(kernels.current);
    status.showLinks(kernels.all);
    const now: typeof shown = [kernels.current, kernels.current?.presence];
    if (now[0] !== shown[0] || now[1] !== shown[1]) {
      acts.refresh(); // reads every journal on disk: not at each push
    }
    shown = now;
  });

  editors.addExtension({
    name: 'nb-orchestra:goal-cells',
    factory: options => {
      const code = (options.model as { type?: string }).type === 'code';
      return code ? EditorExtensionRegistry.createImmutableExtension(goalMarks(kernels.describe)) : null;
    }
  });
  tracker.widgetAdded.connect((_, notebook) => showGoals(notebook));
  tracker.forEach(showGoals);
  treeButtons(tracker);

  addCommands(app, tracker, kernels, open);
  for (const command of Object.values(COMMANDS)) {
    // with arguments an item would lose its keys
    palette?.addItem({ command, category: 'Orchestra', args: command === COMMANDS.newNotebook ? { isPalette: true } : undefined });
  }
  // among kernels a card shows an address, and a letter where there is none
  const kernelIconUrl = `data:image/svg+xml,${encodeURIComponent(orchestraIcon.svgstr)}`;
  launcher?.add({ command: COMMANDS.newNotebook, category: 'Notebook', rank: 90, kernelIconUrl });
  launcher?.add({ command: COMMANDS.showRuns, category: 'Other', rank: 90 });

  void registry.load(ID).then(
    loaded => {
      settings = loaded;
      kernels.tellSettings(false);
      loaded.changed.connect(() => kernels.tellSettings(true));
    },
    async error => {
      console.error('nb_orchestra: the settings could not be read', error);
      await showDialog({ title: 'Orchestra', body: `The settings could not be read: ${error}`, buttons: [Dialog.okButton()] });
    }
  );
}

export default plugin;
