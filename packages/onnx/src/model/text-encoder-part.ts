import { NegError } from '@neg/core'
import type { ModelFiles } from '../files/model-files'
import { readTextEncoderConfig } from '../folder/text-encoder-config'
import type { SessionFactory } from '../session/session'
import { describeEncoder, type EncoderGraph } from '../text/encoder-graph'
import type { EncoderUse } from '../text/text-plan'
import { readT5Tokenizer } from '../tokenizer/read-t5-tokenizer'
import { readTokenizer } from '../tokenizer/read-tokenizer'
import type { Tokenizer } from '../tokenizer/tokenizer'

/** A text encoder's graph, and how it is read. */
export interface TextEncoderPart {
  readonly use: EncoderUse
  readonly graph: EncoderGraph
  readonly tokenizer: Tokenizer
  /** Tokens that a window may have. */
  readonly most: number
}

/** @throws `model-mismatch`, `model-unsupported`, `model-file-malformed`, `tokenizer-malformed` */
export async function readTextEncoderPart(
  files: ModelFiles,
  sessions: SessionFactory,
  use: EncoderUse,
): Promise<TextEncoderPart> {
  const [signature, config] = await Promise.all([sessions.signature(use.part), readTextEncoderConfig(files, use.part)])
  const graph = describeEncoder(signature, use, config)
  const length = graph.tokens || use.tokens || Math.min(config.maxLength, 77)
  const { tokenizer, most } =
    use.kind === 't5'
      ? await readT5Tokenizer(files, use.tokenizer, length)
      : await readClip(files, use.tokenizer, Math.min(config.maxLength, length), graph.width || undefined)
  if (graph.tokens !== 0 && tokenizer.limit !== graph.tokens) {
    throw new NegError(
      'model-mismatch',
      `The graph of ${use.part} takes ${graph.tokens} tokens; ${use.tokenizer} of ${files.name} makes ${tokenizer.limit}. ` +
        'Export the model with a free token axis, or with as many.',
      { where: use.part },
    )
  }
  return { use, graph, tokenizer, most: graph.tokens || most }
}

async function readClip(files: ModelFiles, folder: string, length: number, width?: number) {
  const tokenizer = await readTokenizer(files, folder, length, width)
  return { tokenizer, most: tokenizer.limit }
}
