import { type ModelInfo, recipeDefaults } from '@neg/core'
import { computed } from '@preact/signals'
import { inspection, model } from './model'

/** What is known of the chosen model: from the model itself, else from its folder's small files. */
export const known = computed<
  Pick<ModelInfo, 'distilled' | 'recommended' | 'scheduler' | 'size' | 'sizeMultiple'> | undefined
>(() => model.value?.info ?? inspection.value?.folder)

/** What the chosen model's makers recommend, or what is known of its kind. */
export const recommended = computed(() => known.value?.recommended ?? {})

/** What width and height must be multiples of, in pixels. */
export const sizeMultiple = computed(() => known.value?.sizeMultiple ?? 8)

/** What it draws with where a recipe does not say; neg's own while nothing is known of it. */
export const defaults = computed(() => {
  const unknown = { distilled: false, scheduler: { name: '', config: {} }, size: { width: 0, height: 0 } }
  return recipeDefaults(known.value ?? unknown)
})
