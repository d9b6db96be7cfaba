import { word } from './word'

/** A part of a prompt that `AND` composes. */
export interface AndPart {
  readonly text: string
  readonly weight: number
}

const and = new RegExp(word('AND'), 'u')
const weighted = /^([\s\S]*?)(?:\s*:\s*([-+]?(?:\d+\.?|\d*\.\d+)))?\s*$/

/**
 * The parts of an AUTOMATIC1111 prompt: `a castle AND fog :0.5`. A part may end in its weight, default 1, also where it is
 * the only one.
 *
 * Source: stable-diffusion-webui, modules/prompt_parser.py, get_multicond_prompt_list.
 */
export const andParts = (prompt: string): AndPart[] =>
  prompt.split(and).map((part) => {
    const [, text = part, weight] = weighted.exec(part) ?? []
    return { text: text.trim(), weight: weight === undefined ? 1 : Number(weight) }
  })
