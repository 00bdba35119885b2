/**
 * One kernel, as the panel knows it: its runs, whether nb_orchestra is there, and a way to ask.
 *
 * The kernel opens the comm and pushes, so that all of it works while a cell runs. A page that comes late (a reload) finds the
 * comm by `comm_info`, or takes it up from the next push: pushes say whole rows.
 */
import { Kernel, KernelMessage } from '@jupyterlab/services';
import { JSONObject } from '@lumino/coreutils';
import { ISignal, Signal } from '@lumino/signaling';
import { IKernelState, IOption, IRun, Push, TARGET, isLive } from './wire';

/** waiting: we do not know yet · absent: a Python kernel without nb_orchestra · foreign: no Python · dead · ready */
export type Presence = 'waiting' | 'absent' | 'foreign' | 'dead' | 'ready';

/** What the kernel said no to; `hint` says what to do next. */
export class Refused extends Error {
  constructor(message: string, readonly hint = '') {
    super(message);
  }
}

interface IPending {
  resolve: (data: any) => void;
  reject: (error: Error) => void;
}

const SECONDS_FOR_A_SUBSHELL = 2;

export class KernelLink {
  presence: Presence = 'waiting';
  version = '';
  options: IOption[] = [];
  readonly runs = new Map<string, IRun>();

  /** `settings` are Lab's options for every kernel, asked for whenever one says hello. */
  constructor(readonly kernel: Kernel.IKernelConnection, private readonly settings: () => JSONObject) {
    kernel.registerCommTarget(TARGET, (comm, message) => this.take(comm, message.content.data as unknown as Push));
    kernel.statusChanged.connect(this.onStatus, this);
    kernel.connectionStatusChanged.connect(this.onConnection, this);
    kernel.iopubMessage.connect(this.onStranger, this);
    void this.find();
  }

  /** Something that is shown has changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._disposed;
  }

  get liveRuns(): IRun[] {
    return [...this.runs.values()].filter(isLive);
  }

  /** Asks the kernel; Refused when it says no or goes away before it answers. */
  ask<T>(kind: string, data: JSONObject = {}): Promise<T> {
    const comm = this._comm;
    if (!comm || comm.isDisposed) {
      return Promise.reject(new Refused('the kernel has no nb_orchestra'));
    }
    const id = String(++this._count);
    const answer = new Promise<T>((resolve, reject) => this._pending.set(id, { resolve, reject }));
    void this.onSubshell(comm).then(() => {
      if (!comm.isDisposed) {
        comm.send({ ...data, kind, id });
      }
    });
    return answer;
  }

  /** Runs a line on the kernel's main shell, when it is free; gives what it printed. Refused with its error. */
  async run(code: string): Promise<string> {
    let told = '';
    const future = this.kernel.requestExecute({ code, store_history: false, allow_stdin: false, stop_on_error: false });
    future.onIOPub = message => {
      if (KernelMessage.isStreamMsg(message)) {
        told += message.content.text;
      }
    };
    const reply = await future.done;
    if (reply.content.status === 'error') {
      const error = reply.content as KernelMessage.IReplyErrorContent;
      throw new Refused(`${error.ename}: ${error.evalue}`);
    }
    return told.trim();
  }

  /** Loads nb_orchestra in the kernel, as `%load_ext nb_orchestra` does. */
  async load(): Promise<void> {
    await this.run('%load_ext nb_orchestra\n__import__("nb_orchestra.notebook", fromlist=["x"]).announce()');
  }

  dispose(): void {
    if (!this._disposed) {
      this._disposed = true;
      this.forget('the kernel is gone');
      Signal.clearData(this);
    }
  }

  /** Looks for a comm that the kernel opened before this page was there. */
  private async find(): Promise<void> {
    if (this.kernel.isDisposed || this._disposed) {
      return;
    }
    try {
      const language = (await this.kernel.info).language_info.name;
      if (language !== 'python' && language !== 'ipython') {
        this.now('foreign');
        return;
      }
      const reply = await this.kernel.requestCommInfo({ target_name: TARGET });
      const found = reply.content.status === 'ok' ? Object.keys(reply.content.comms) : [];
      if (found.length) {
        this.adopt(found[found.length - 1]);
      } else if (!this._comm) {
        this.now('absent');
      }
    } catch {
      // The kernel went away or restarts: its next status brings us back here.
    }
  }

  private adopt(id: string): void {
    if (this._comm || !this.kernel.handleComms || this.kernel.hasComm(id)) {
      return;
    }
    this.listen(this.kernel.createComm(TARGET, id));
    void this.hello();
  }

  private take(comm: Kernel.IComm, opening: Push): void {
    this.forget('nb_orchestra was loaded anew');
    this.listen(comm);
    this.hear(opening);
    void this.hello();
  }

  private listen(comm: Kernel.IComm): void {
    this._comm = comm;
    comm.onMsg = message => this.hear(message.content.data as unknown as Push);
    comm.onClose = () => {
      if (this._comm === comm) {
        this.forget('nb_orchestra was unloaded');
        this.now('absent');
      }
    };
  }

  private async hello(): Promise<void> {
    try {
      const state = await this.ask<IKernelState>('hello', { settings: this.settings() });
      this.hear({ kind: 'state', ...state });
      for (const [name, why] of Object.entries(state.refused ?? {})) {
        console.warn(`nb_orchestra: the setting ${name} was not taken: ${why}`);
      }
    } catch {
      // The kernel went away meanwhile.
    }
  }

  private hear(push: Push): void {
    if (push.kind === 'reply') {
      const pending = this._pending.get(push.to);
      this._pending.delete(push.to);
      if (push.error !== undefined) {
        pending?.reject(new Refused(push.error, push.hint));
      } else {
        pending?.resolve(push.data);
      }
      return;
    }
    if (push.kind === 'state') {
      this.version = push.version;
      this.options = push.options;
      push.runs.forEach(run => this.runs.set(run.id, run));
      this.now('ready');
    } else if (push.kind === 'run') {
      this.runs.set(push.run.id, push.run);
      this.now('ready');
    }
  }

  /** A push on a comm that this page does not know: the page was reloaded while the kernel was busy. */
  private onStranger(_: unknown, message: KernelMessage.IIOPubMessage): void {
    if (this._comm || !KernelMessage.isCommMsgMsg(message)) {
      return;
    }
    const push = message.content.data as unknown as Push;
    if (push?.kind === 'run' && typeof push.run?.id === 'string') {
      this.adopt(message.content.comm_id);
      this.hear(push);
    }
  }

  private onStatus(_: unknown, status: Kernel.Status): void {
    if (status === 'restarting' || status === 'autorestarting') {
      this._restarting = true;
      this.forget('the kernel was restarted');
      this.now('waiting');
    } else if (status === 'dead') {
      this.forget('the kernel died');
      this.now('dead');
    } else if (this._restarting && status === 'idle') {
      this._restarting = false;
      void this.find();
    }
  }

  private onConnection(_: unknown, status: Kernel.ConnectionStatus): void {
    if (status !== 'connected') {
      this._lost = true;
    } else if (this._lost) {
      this._lost = false;
      void (this._comm ? this.hello() : this.find());
    }
  }

  /** Messages wait for a busy kernel unless they go to the comm's subshell, which Lab makes a moment after the comm. */
  private async onSubshell(comm: Kernel.IComm): Promise<void> {
    const started = (comm as unknown as { subshellStarted?: Promise<void> }).subshellStarted;
    if (!started || this.kernel.status !== 'busy' || !this.kernel.supportsSubshells) {
      return;
    }
    const patience = new Promise<void>(resolve => setTimeout(resolve, 1000 * SECONDS_FOR_A_SUBSHELL));
    await Promise.race([started, patience]).catch(() => undefined);
  }

  /** Runs of a kernel process that is gone are past runs: what is on disk says how they ended. */
  private forget(why: string): void {
    this._comm = null;
    this.runs.clear();
    this._pending.forEach(pending => pending.reject(new Refused(why)));
    this._pending.clear();
  }

  private now(presence: Presence): void {
    this.presence = presence;
    this._changed.emit();
  }

  private _comm: Kernel.IComm | null = null;
  private _count = 0;
  private _disposed = false;
  private _restarting = false;
  private _lost = false;
  private readonly _pending = new Map<string, IPending>();
  private readonly _changed = new Signal<this, void>(this);
}
