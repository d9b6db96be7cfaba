import type { ImageModel } from 'ai'
import type { ImageModel as ImageModel6 } from 'ai-6'
import { expectTypeOf, test } from 'vitest'
import type { NegImageModel } from './image-model'

test('is an image model to both majors of the SDK', () => {
  expectTypeOf<NegImageModel>().toExtend<ImageModel>()
  expectTypeOf<NegImageModel>().toExtend<ImageModel6>()
})
