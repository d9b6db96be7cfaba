import { NegError } from '@neg/core'
import type { Architecture, Denoiser } from '../denoiser/architecture'
import type { VaeConfig } from '../folder/vae-config'
import type { Signature } from '../session/session'
import { isSize } from '../session/value'
import type { TextEncoderPart } from './text-encoder-part'

interface Parts {
  readonly architecture: Architecture
  readonly denoiser: Denoiser
  readonly decoder: Signature
  readonly encoder?: Signature
  readonly vae: VaeConfig
  readonly text: readonly TextEncoderPart[]
}

const mismatch = (where: string, message: string) => new NegError('model-mismatch', message, { where })

/**
 * Whether a folder's networks go together, as far as their graphs say what they take and give: so that what cannot run is
 * refused before anything does.
 *
 * @param signature the denoiser's, its channels known
 * @returns height and width in latent cells that all of them take; 0 where any goes
 * @throws `model-mismatch`, `model-unsupported`
 */
export function checkParts(name: string, signature: Signature, parts: Parts): readonly [number, number] {
  const { architecture, denoiser, decoder } = parts
  const latents = signature.inputs.find((input) => input.name === architecture.inputs.latents)
  const [answer] = signature.outputs
  const gives = signature.outputs.length === 1 && answer.shape.length === 4 ? answer.shape[1] : undefined
  const { channels } = denoiser
  if (latents?.shape.length === 4 && isSize(gives) && gives < channels) {
    const kind = channels === 5 ? 'a depth-to-image model' : channels === 7 ? 'an upscaler' : 'of another kind'
    throw new NegError(
      'model-unsupported',
      `The denoiser of ${name} takes ${channels} channels and predicts ${gives}: it is ${kind}, and there are no values for its ` +
        'further channels. Supported are inpainting (9) and InstructPix2Pix (8).',
      { where: architecture.part },
    )
  }
  if (denoiser.reads && !parts.encoder) {
    throw new NegError(
      'model-file-missing',
      `The denoiser of ${name} reads a picture, and the folder has no vae_encoder to encode one with. Export the model again, or ` +
        'take vae_encoder from another folder of the same VAE.',
      { where: 'vae_encoder' },
    )
  }
  const [batch, own, ...size] = decoder.inputs[0]?.shape ?? []
  if (decoder.inputs.length !== 1) {
    throw new NegError(
      'model-unsupported',
      `The graph of vae_decoder takes ${decoder.inputs.map((input) => input.name).join(', ') || 'nothing'}; expected is one ` +
        'input, the latents.',
      { where: 'vae_decoder' },
    )
  }
  if (batch !== undefined && isSize(own) && channels !== 0 && own !== channels) {
    throw mismatch(
      'vae_decoder',
      `The VAE decoder of ${name} takes latents of ${own} channels; its denoiser makes ${channels}. They are of different models.`,
    )
  }
  checkText(name, signature, parts)
  return [0, 1].map((axis) => {
    const [mine, its] = [denoiser.fixedSize[axis], isSize(size[axis]) ? size[axis] : 0]
    if (mine !== 0 && its !== 0 && mine !== its) {
      throw mismatch(
        'vae_decoder',
        `The denoiser of ${name} was exported for latents of ${mine} cells, its VAE decoder for ${its}. Export both for one size.`,
      )
    }
    return mine || its
  }) as [number, number]
}

/** The text that the encoders give is the one that the denoiser takes. */
function checkText(name: string, signature: Signature, { architecture, denoiser, text }: Parts): void {
  const plan = denoiser.texts(text.map(({ use }) => use.part))
  const limits = text.map(({ tokenizer }) => tokenizer.limit)
  const { length } = plan.sequence(limits, limits)
  if (denoiser.fixedTokens !== 0 && denoiser.fixedTokens !== length) {
    throw mismatch(
      architecture.part,
      `The denoiser of ${name} was exported for ${denoiser.fixedTokens} tokens; its text encoders give ${length}. Export it with a ` +
        'free token axis.',
    )
  }
  const taken = signature.inputs.find((input) => input.name === architecture.inputs.text)?.shape[2]
  const widths = text.map(({ graph }) => graph.width)
  if (!isSize(taken) || widths.some((width, i) => width === 0 && plan.encoders[i].layer !== 'none')) return
  const given = plan.width(widths)
  if (given === undefined || given === taken) return
  throw mismatch(
    'text_encoder',
    `The text encoders of ${name} give ${given} channels; its denoiser takes ${taken}. They are of different models.`,
  )
}
