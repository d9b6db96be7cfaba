import * as z from 'zod'
import type { ModelFiles } from '../files/model-files'
import { readJson } from '../files/read-json'

const schema = z.looseObject({ attributes: z.array(z.string().min(1)).min(1) })

/** The names of a classifier's outputs, from its `config.json`. */
export const readAttributes = async (files: ModelFiles, part: string): Promise<readonly string[]> =>
  (await readJson(files, `${part}/config.json`, schema)).attributes
