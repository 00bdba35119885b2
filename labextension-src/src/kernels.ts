/** The kernels of the open notebooks: one link each, made and dropped as notebooks open, change kernel and close. */
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { JSONObject } from '@lumino/coreutils';
import { ISignal, Signal } from '@lumino/signaling';
import { KernelLink } from './link';
import { IDescription, IOption } from './wire';

export class Kernels {
  constructor(private readonly tracker: INotebookTracker, private readonly settings: () => JSONObject) {
    tracker.widgetAdded.connect((_, notebook) => this.follow(notebook));
    tracker.forEach(notebook => this.follow(notebook));
    tracker.currentChanged.connect(() => this._changed.emit());
  }

  /** A link has changed, or another notebook is in front. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get all(): KernelLink[] {
    return [...new Set(this.links.values())];
  }

  /** The link of the notebook in front. */
  get current(): KernelLink | null {
    return this.of(this.tracker.currentWidget);
  }

  of(notebook: NotebookPanel | null): KernelLink | null {
    return (notebook && this.links.get(notebook)) ?? null;
  }

  /** Asks the kernel of the notebook in which an element stands what a mention would send; null where none would know. */
  readonly describe = (inside: HTMLElement, mention: string, share: string): Promise<IDescription> | null => {
    const link = this.of(this.tracker.find(notebook => notebook.node.contains(inside)) ?? null);
    return link?.presence === 'ready' ? link.ask<IDescription>('describe', { mention, share }) : null;
  };

  /** Lab's settings to every kernel. `now`: the person changes them at this moment. */
  tellSettings(now: boolean): void {
    for (const link of this.all.filter(one => one.presence === 'ready')) {
      void this.tell(link, now);
    }
  }

  private async tell(link: KernelLink, now: boolean): Promise<void> {
    try {
      const told = await link.ask<{ options: IOption[] }>(now ? 'set' : 'hello', { settings: this.settings() });
      link.options = told.options;
      this._changed.emit();
    } catch {
      // The kernel went away; the next one hears the settings at its hello.
    }
  }

  private follow(notebook: NotebookPanel): void {
    const hook = (): void => this.hook(notebook);
    notebook.sessionContext.kernelChanged.connect(hook);
    notebook.disposed.connect(() => this.drop(notebook));
    hook();
  }

  private hook(notebook: NotebookPanel): void {
    const kernel = notebook.sessionContext.session?.kernel ?? null;
    if (this.of(notebook)?.kernel === kernel) {
      return;
    }
    this.drop(notebook);
    if (kernel) {
      const shared = this.all.find(link => link.kernel === kernel);
      const link = shared ?? new KernelLink(kernel, this.settings);
      this.links.set(notebook, link);
      if (!shared) {
        link.changed.connect(() => this._changed.emit());
      }
    }
    this._changed.emit();
  }

  private drop(notebook: NotebookPanel): void {
    const link = this.links.get(notebook);
    this.links.delete(notebook);
    if (link && !this.all.includes(link)) {
      link.dispose();
    }
    this._changed.emit();
  }

  private readonly links = new Map<NotebookPanel, KernelLink>();
  private readonly _changed = new Signal<this, void>(this);
}
