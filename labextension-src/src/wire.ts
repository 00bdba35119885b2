/** What the kernel tells and answers: the shapes of nb_orchestra/notebook/panel_rows.py and panel_answers.py. */

export const TARGET = 'nb_orchestra.panel';

export type RunState = 'planning' | 'running' | 'done' | 'partial' | 'failed' | 'cancelled' | 'interrupted';

/** `when`: seconds since 1970. `cost`, `saved`: USD, null = unknown. `here`: a run of this kernel. */
export interface IRun {
  id: string;
  name: string;
  goal: string;
  state: RunState;
  when: number;
  notebook: string;
  steps: number;
  done: number;
  running: number;
  cached: number;
  seconds: number;
  cost: number | null;
  saved: number | null;
  asked: number;
  cell: string;
  here: boolean;
}

export interface IStep {
  id: string;
  name: string;
  kind: string;
  state: string;
  purpose: string;
  seconds: number;
  cached: boolean;
  why: string;
  summary: string;
  model: string;
  cost: number | null;
  tokens: number;
  message: string;
  waiting_for: string;
}

export interface IRunDetail {
  goal: string;
  name: string;
  message: string;
  hint: string;
  planner: string;
  sent: number;
  warnings: string[];
  steps: IStep[];
  more: number;
  has_code: boolean;
}

export interface IOption {
  name: string;
  value: string;
  origin: string;
}

/** What a `{mention}` would send. `inline`: it stands in the goal itself. `left`: characters that are not shown here. */
export interface IDescription {
  share: string;
  inline: boolean;
  text: string;
  left: number;
}

/** The kernel's state as it opens the comm, and its answer to "hello". */
export interface IKernelState {
  version: string;
  runs: IRun[];
  options: IOption[];
  refused?: Record<string, string>;
}

export type Push =
  | ({ kind: 'state' } & IKernelState)
  | { kind: 'run'; run: IRun }
  | { kind: 'reply'; to: string; data?: unknown; error?: string; hint?: string };

export const isLive = (run: IRun): boolean => run.state === 'planning' || run.state === 'running';
