import { type ModelInfo, NegError, type RunRecord } from '@neg/core'

/**
 * What stands in the way of drawing a record's picture again, to the byte.
 * @param chosen Whether the user named the model: another one is then what was asked for.
 * @throws `model-mismatch` where the model is another one, and nobody asked for that.
 */
export function compareRecord(record: RunRecord, info: ModelInfo, chosen: boolean): string[] {
  const { main } = record.models
  const differences: string[] = []
  // LoRA files that the prompt asks for are added when it is drawn: the digest is then of the model with them.
  const asked = record.recipe.syntax === 'a1111' && /<lora:/.test(record.recipe.prompt) && main.loras !== undefined
  if (main.digest !== info.digest && !asked) {
    const text = `The picture was drawn with ${main.id} (${main.digest.slice(0, 12)}); this is ${info.id} (${info.digest.slice(0, 12)}).`
    if (!chosen) throw new NegError('model-mismatch', `${text} Say where that model is: --model FOLDER.`)
    differences.push(text)
  }
  for (const { name, sha256 } of main.controls ?? []) {
    const own = info.controls?.find((one) => one.name === name)?.sha256
    if (own !== undefined && own !== sha256) {
      differences.push(`The ControlNet ${name} was another (${sha256.slice(0, 12)}); this is ${own.slice(0, 12)}.`)
    }
  }
  for (const key of ['backend', 'runtime', 'device', 'threads'] as const) {
    const [then, now] = [record.numerics[key], info.numerics[key]]
    if (then !== now) differences.push(`${key} was ${then} and is ${now}: the last bits may differ.`)
  }
  if (record.replayable !== true) differences.push(`The record cannot be replayed wholly: ${record.replayable.reason}.`)
  return differences
}
