import { NegError } from '../errors/neg-error'
import { type Condition, conditionKey, type Pass } from '../guidance/condition'
import type { AttentionCapture, AttentionEdit, CaptureSpec } from '../model/attention'
import type { Conditioning } from '../model/conditioning'
import type { DenoiseRow, RowControl } from '../model/denoise'
import type { DiffusionModel } from '../model/diffusion-model'
import type { Parameterisation } from '../model/parameterisation'
import { networkInput, networkPrediction } from '../prediction/preconditioning'
import type { Level, Prediction } from '../prediction/prediction'
import { allFinite } from '../tensor/arithmetic'
import type { Tensor } from '../tensor/tensor'
import type { ControlPicture } from './control'

/** What all evaluations of a run share. */
export interface PassEnvironment {
  readonly model: DiffusionModel
  readonly models: Readonly<Record<string, DiffusionModel>>
  /** A condition as the model of that name encodes it. */
  encodedBy(name: string, conditioning: Conditioning): Promise<Conditioning>
  readonly parameterisation: Parameterisation
  /** Names the picture in requests, so that a backend can keep pictures apart. */
  readonly picture: string
  /** What the network reads beside x. */
  readonly beside?: Tensor
  /** Pictures that ControlNets read. */
  readonly control?: readonly ControlPicture[]
  readonly signal: AbortSignal
}

/** One evaluation's place, and what it is to watch. */
export interface EvaluationPlace {
  readonly x: Tensor
  readonly level: Level
  readonly step: number
  readonly call: number
  readonly guidanceInput?: number
  /** What ControlNets add. */
  readonly control?: readonly RowControl[]
  /** What to capture of a conditioning, if anything. */
  capture?(conditioning: Conditioning): CaptureSpec | undefined
  /** Conditions to run for observation if the guidance does not. */
  readonly observe?: readonly Conditioning[]
}

interface Entry {
  readonly row: DenoiseRow
  readonly model: string | undefined
  readonly x: Tensor
  readonly level: Level
  readonly name: string
  readonly promise: Promise<Prediction>
  settle(outcome: { prediction: Prediction } | { error: unknown }): void
  asked: boolean
}

/** Its `then` is the next microtask; `queueMicrotask` of Node makes an object for tracing each time. */
const turn = Promise.resolve()

/** Time and calls that the network took. */
export interface NetworkUse {
  ms: number
  calls: number
  rowsPerCall: number
}

/**
 * The network evaluations of one call of the solver: a pass asked for twice runs once; passes asked for in the same
 * turn of the event loop go to the model in one request.
 */
export class Passes {
  readonly captured = new Map<string, AttentionCapture>()
  private readonly entries = new Map<string, Entry>()
  private waiting: Entry[] = []
  private readonly tensors = new Map<Tensor, number>()

  constructor(
    private readonly environment: PassEnvironment,
    private readonly place: EvaluationPlace,
    private readonly use: NetworkUse,
  ) {}

  /** Rows that the guidance asked for, and rows run for observation only. */
  get counts(): { run: number; observed: number } {
    let run = 0
    for (const { asked } of this.entries.values()) if (asked) run++
    return { run, observed: this.entries.size - run }
  }

  /** The network's prediction, in the space it was trained to predict. */
  predict(pass: Pass): Promise<Prediction> {
    const entry = this.entry(pass, pass.condition.role)
    entry.asked = true
    return entry.promise
  }

  /** Runs what is to be observed and was not asked for. */
  async observe(): Promise<void> {
    this.addObserved()
    await Promise.all([...this.entries.values()].map(({ promise }) => promise))
  }

  private addObserved(): void {
    for (const conditioning of this.place.observe ?? []) {
      this.entry(
        { condition: { role: 'observed', index: 0, conditioning, weight: 0, open: false } },
        'an observed prompt',
      )
    }
  }

  private entry({ condition, x = this.place.x, level = this.place.level, model, edit }: Pass, name: string): Entry {
    const key = this.keyOf(conditionKey(condition), x, level, model, edit)
    const known = this.entries.get(key)
    if (known) return known
    let settle: Entry['settle'] = () => {}
    const promise = new Promise<Prediction>((resolve, reject) => {
      settle = (outcome) => ('prediction' in outcome ? resolve(outcome.prediction) : reject(outcome.error))
    })
    promise.catch(() => {})
    const row: DenoiseRow = {
      picture: this.environment.picture,
      input: networkInput(this.environment.parameterisation, x, level),
      t: level.t,
      conditioning: condition.conditioning,
      ...(this.environment.beside && !condition.withoutImage ? { beside: this.environment.beside } : {}),
      ...(this.place.control ? { control: this.place.control } : {}),
      ...(this.place.guidanceInput === undefined ? {} : { guidanceInput: this.place.guidanceInput }),
      ...(edit ? { edit: this.fed(edit, level) } : {}),
      ...this.captureOf(condition, edit !== undefined || model !== undefined),
    }
    const entry: Entry = { row, model, x, level, name, promise, settle, asked: false }
    this.entries.set(key, entry)
    if (this.waiting.push(entry) === 1) void turn.then(() => this.flush())
    return entry
  }

  /** What makes two passes the same; short for the usual ones, which a run has many of. */
  private keyOf(id: string, x: Tensor, level: Level, model: Pass['model'], edit: Pass['edit']): string {
    const at = this.place.level
    const here = level.t === at.t && level.alpha === at.alpha && level.sigma === at.sigma
    if (here && x === this.place.x && model === undefined && !edit) return id
    const editKey = edit
      ? [edit.name, edit.options, edit.against?.id ?? null, edit.x ? this.numberOf(edit.x) : null]
      : null
    return JSON.stringify([id, this.numberOf(x), level.t, level.alpha, level.sigma, model ?? null, editKey])
  }

  private fed({ x, ...edit }: AttentionEdit, level: Level): AttentionEdit {
    return x ? { ...edit, x: networkInput(this.environment.parameterisation, x, level) } : edit
  }

  private captureOf({ conditioning, withoutImage }: Condition, changed: boolean): { capture?: CaptureSpec } {
    const capture = changed || withoutImage ? undefined : this.place.capture?.(conditioning)
    return capture ? { capture } : {}
  }

  private numberOf(x: Tensor): number {
    const known = this.tensors.get(x) ?? this.tensors.size
    this.tensors.set(x, known)
    return known
  }

  private flush(): void {
    this.addObserved()
    const entries = this.waiting
    this.waiting = []
    for (const model of new Set(entries.map(({ model }) => model))) {
      void this.run(
        model,
        entries.filter((entry) => entry.model === model),
      )
    }
  }

  private async run(name: string | undefined, entries: readonly Entry[]): Promise<void> {
    const { environment, use } = this
    try {
      const model = name === undefined ? environment.model : environment.models[name]
      const own = entries.map(({ row }) => row)
      const asked = name === undefined ? own : await Promise.all(own.map((row) => this.rowFor(name, row)))
      const { rows, calls, rowsPerCall, ms } = await model.denoise({ rows: asked }, { signal: environment.signal })
      use.ms += ms
      use.calls += calls
      use.rowsPerCall = Math.max(use.rowsPerCall, rowsPerCall)
      entries.forEach((entry, i) => {
        const { output, attention } = rows[i]
        if (attention) this.captured.set(entry.row.conditioning.id, attention)
        entry.settle(
          allFinite(output) ? { prediction: this.prediction(entry, output) } : { error: this.notFinite(entry) },
        )
      })
    } catch (error) {
      for (const entry of entries) entry.settle({ error })
    }
  }

  private async rowFor(model: string, row: DenoiseRow): Promise<DenoiseRow> {
    return { ...row, conditioning: await this.environment.encodedBy(model, row.conditioning) }
  }

  private prediction({ x, level }: Entry, output: Tensor): Prediction {
    return networkPrediction(this.environment.parameterisation, output, x, level)
  }

  private notFinite({ name, level }: Entry): NegError {
    const { step, call } = this.place
    return new NegError(
      'prediction-not-finite',
      `The network's prediction for ${name} at step ${step} (call ${call}, timestep ${level.t}) holds NaN or infinity. ` +
        'Half-precision weights overflow on some devices: try dtype fp32 or device cpu; else the file may be damaged.',
      { where: `step ${step}` },
    )
  }
}
