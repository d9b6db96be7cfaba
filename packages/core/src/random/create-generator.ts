import { philoxGenerator } from './philox-generator'
import type { Seed } from './seed'
import { type RandomStream, torchGenerator } from './torch-generator'

/** The stream of a recipe: torch's on the CPU (mt19937), or on CUDA (Philox). @throws `seed-invalid` */
export const createGenerator = (generator: 'cpu' | 'cuda', seed: Seed): RandomStream =>
  generator === 'cuda' ? philoxGenerator(seed) : torchGenerator(seed)
