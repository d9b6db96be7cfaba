import * as z from 'zod'
import { baseTerms, generalTerms } from './base'
import type { Condition } from './condition'
import { definePlugin } from './guidance'
import type { Term } from './terms'

/** The same text on the network that is not shown the picture. */
const withoutImage = (condition: Condition): Condition => ({ ...condition, withoutImage: true })

/**
 * Two guidance scales for networks that edit a picture they read: how much of the text, how much of the picture,
 *
 *   d = d_b(∅) + s_I (d_b(I) − d_b(∅)) + s⁺ (d_y(I) − d_b(I))
 *     = d_∅(I) + s⁺ (d_y(I) − d_∅(I)) − Σ_i s⁻_i (d_{n_i}(I) − d_∅(I)) + (s_I − 1) (d_b(I) − d_b(∅)),
 *
 * d(I) with the picture and d(∅) without it, d_b the base that guidance pushes away from (`baseTerms`): d_∅ without negatives; d_n,
 * as diffusers has it, with one of the usual strength.
 *
 * Passes: 3 at any s⁺, without negatives or with one of the usual strength; one less at s_I = 1, the general form.
 */
export const instructPix2Pix = definePlugin({
  name: 'instruct-pix2pix',
  version: '1',
  summary: 'InstructPix2Pix: a scale of the text and one of the picture that is edited.',
  formula: 'd_b(∅) + s_I (d_b(I) − d_b(∅)) + s⁺ (d_y(I) − d_b(I))',
  source: 'Brooks et al. 2023 (arXiv 2211.09800)',
  options: z.strictObject({
    imageScale: z
      .number()
      .default(1.5)
      .describe(
        "s_I: how much of the picture is kept (diffusers' `image_guidance_scale`); 1 is none beyond the text's",
      ),
  }),
  wraps: 0,
  create: ({ imageScale }) => ({
    space: 'any',
    negatives: true,
    requires: ['read-image'],
    coefficients: (view) => {
      const base = imageScale === 1 ? [] : baseTerms(view)
      return [
        ...generalTerms(view),
        ...base.flatMap(([condition, share]): Term[] => [
          [condition, (imageScale - 1) * share],
          [withoutImage(condition), (1 - imageScale) * share],
        ]),
      ]
    },
  }),
})
