import { Option } from 'commander'
import { parseNumber } from './number'
import { parseWindow, type WindowInput } from './window'

/** How strongly and when a control picture leads. */
export interface ControlSettings {
  strength?: number
  window?: WindowInput
}

/** A picture that a ControlNet reads, by its file. */
export interface ControlFlag extends ControlSettings {
  readonly file: string
  /** Which of the model's ControlNets. */
  readonly controlnet?: string
}

/** What the options about control pictures said, in the order they were given. */
export interface ControlFlags {
  /** Given before the first `--control`: for all that have no own. */
  readonly defaults: ControlSettings
  readonly controls: readonly ControlFlag[]
}

/** `NAME=PATH`; a path alone where what comes before the `=` is no name. */
export function namedPath(text: string): { readonly name?: string; readonly path: string } {
  const [, name, path] = /^([\w.-]+)=(.+)$/.exec(text) ?? []
  return name === undefined ? { path: text } : { name, path }
}

/**
 * Collects `--control`, `--control-strength` and `--control-window` in the order of the command line, as `negativeCollector` does: after a
 * `--control` the other two belong to it, before the first they are defaults for all.
 */
export function controlCollector() {
  const defaults: ControlSettings = {}
  const controls: (ControlFlag & ControlSettings)[] = []
  const current = () => controls.at(-1) ?? defaults
  const strength = parseNumber('--control-strength')
  const window = parseWindow('--control-window')
  return {
    control(text: string): void {
      const { name, path } = namedPath(text)
      controls.push({ file: path, ...(name === undefined ? {} : { controlnet: name }) })
    },
    strength(text: string): void {
      current().strength = strength(text)
    },
    window(text: string): void {
      current().window = window(text)
    },
    flags: (): ControlFlags => ({ defaults, controls }),
  }
}

/** `--control` and what belongs to it. */
export const controlOptions = (
  controls: ReturnType<typeof controlCollector>,
): readonly [control: Option, strength: Option, window: Option] => [
  new Option(
    '--control <name=picture>',
    'lead by this picture, which the ControlNet of that name reads; a picture alone where there is one (repeatable)',
  ).argParser((text) => controls.control(text)),
  new Option('--control-strength <number>', 'how strongly; default 1').argParser((text) => controls.strength(text)),
  new Option('--control-window <from-to>', 'when, in fractions of the run: 0-0.5; default always').argParser((text) =>
    controls.window(text),
  ),
]
