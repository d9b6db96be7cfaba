import * as z from 'zod'
import { recipeInputSchema } from '../recipe/recipe'
import { windowSchema } from '../recipe/window'

const { prompt, negatives, seed, guidance, scheduler, steps, width, height } = recipeInputSchema.shape

const example = z.strictObject({ prompt, negatives, seed, scale: z.number().optional() })

/**
 * The file `neg.json` of a model folder: what its makers recommend. Everything is optional; where a recipe has a field of
 * the same name, it is that field's default with this model. What a recipe says counts, always.
 */
export const recommendationSchema = z.strictObject({
  format: z.literal(1).optional().describe('Of this file: 1.'),
  guidance: guidance.describe('A guidance by name, or {name, options, of}: `of` holds what a wrapper is put around.'),
  scale: z.number().optional().describe('Guidance scale s⁺.'),
  steps: steps.describe('Scheduler steps.'),
  scheduler: scheduler.describe('By name, or {name, config}; keys of config as in diffusers, over the folder’s own.'),
  width: width.describe('Pixels.'),
  height: height.describe('Pixels.'),
  window: windowSchema
    .optional()
    .describe(
      'When negatives act best under the recommended guidance: what negatives without a window get where a recipe names no guidance and begins from no picture.',
    ),
  examples: z.array(example).optional().describe('Recipes that show what the model draws, negatives included.'),
  knows: z
    .record(z.string(), z.array(z.string().min(1)))
    .optional()
    .describe('Words that the model was trained with, by kind: {"worn": ["glasses", …], …}.'),
})
