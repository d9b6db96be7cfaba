import type { RecipeInput } from '@neg/core'
import { specsOf } from '../lib/spec'
import { editInput, isUnfitted } from './fit-edit'
import type { Source } from './model'

/** JSON as TypeScript has it: names without quotes, texts in single ones. */
const literal = (value: unknown): string =>
  JSON.stringify(value, undefined, 2)
    .replaceAll(/^(\s*)"([A-Za-z_]\w*)":/gm, '$1$2:')
    .replaceAll(/"((?:[^"\\]|\\.)*)"/g, (_, text: string) => `'${text.replaceAll('\\"', '"').replaceAll("'", "\\'")}'`)

/** A line that imports names. The code of this page itself imports none of that. */
const taking = (names: string, from: string): string => ['import', names, 'from', `'${from}'`].join(' ')

const read = (source: Source, sha256: string, file: string): string =>
  source.kind === 'server'
    ? `await model.upload(await readFile('${file}'), 'image/png')`
    : `  '${sha256}': await readImage('${file}'),`

/** The pictures that a recipe names by their files' SHA-256, handed over. */
function pictures({ image }: RecipeInput, source: Source): string[] {
  if (!image) return []
  const lines = [
    read(source, image.sha256, 'start.png'),
    ...(image.mask === undefined ? [] : [read(source, image.mask, 'mask.png')]),
  ]
  return source.kind === 'server' ? lines : ['const images = {', ...lines, '}']
}

/** A model, as a program opens it. */
const opening = (source: Source): string =>
  source.kind === 'server'
    ? `negServer({ url: '${source.url}' })`
    : source.kind === 'url'
      ? "await node({ model: 'FOLDER' })"
      : 'await node({ model: portraits })'

/** A program that takes something out of a picture as it is done here: fitted to the model, by core's `edit`. */
function editProgram(recipe: RecipeInput, source: Source): string {
  const there = source.kind === 'server'
  const { image, mask, ...input } = editInput(recipe)
  const files = ['photo', ...(mask === undefined ? [] : ['mask'])]
  const asked = literal({ image, ...(mask === undefined ? {} : { mask }), ...input })
    .replace(`'${image}'`, 'photo.sha256')
    .replace(`'${mask}'`, 'mask.sha256')
  return [
    taking(there ? '{ readFile, writeFile }' : '{ writeFile }', 'node:fs/promises'),
    taking(there ? '{ editRecipe, type ModelInfo, type Requirement }' : '{ edit }', '@neg/core'),
    taking(there ? '{ inputImage, writePng }' : '{ inputImage, node, writePng }', '@neg/node'),
    ...(source.kind === 'embedded' ? [taking('portraits', '@neg/portraits')] : []),
    ...(there ? [taking('{ generate, negServer }', '@neg/remote/jobs')] : []),
    '',
    ...(source.kind === 'url' ? [`// FOLDER is a copy of ${source.url}`] : []),
    `const model = ${opening(source)}`,
    ...files.map((file) => `const ${file} = await inputImage('${file}.png')`),
    ...(there
      ? [
          ...files.map((file) => `await model.upload(await readFile('${file}.png'), 'image/png')`),
          'const [{ info, provides }] = await model.models()',
          `const input = ${asked}`,
          `const recipe = editRecipe(info as ModelInfo, input, [${files.join(', ')}], new Set(provides as Requirement[]))`,
          'const run = generate(model, recipe)',
        ]
      : [`const run = edit(model, ${asked}, { images: [${files.join(', ')}] })`]),
    'const { image } = await run.result',
    "await writeFile('picture.png', await writePng(image))",
    ...(there ? [] : ['await model.dispose()']),
    '',
  ].join('\n')
}

/** A program that draws a recipe as it is drawn here. */
export function asTypeScript(recipe: RecipeInput, source: Source): string {
  if (isUnfitted(recipe)) return editProgram(recipe, source)
  const there = source.kind === 'server'
  const given = recipe.image !== undefined
  return [
    taking(there && given ? '{ readFile, writeFile }' : '{ writeFile }', 'node:fs/promises'),
    ...(there ? [] : [taking('{ generate }', '@neg/core')]),
    taking(there ? '{ writePng }' : given ? '{ node, readImage, writePng }' : '{ node, writePng }', '@neg/node'),
    ...(source.kind === 'embedded' ? [taking('portraits', '@neg/portraits')] : []),
    ...(there ? [taking('{ generate, negServer }', '@neg/remote/jobs')] : []),
    '',
    ...(source.kind === 'url' ? [`// FOLDER is a copy of ${source.url}`] : []),
    `const model = ${opening(source)}`,
    ...pictures(recipe, source),
    `const run = generate(model, ${literal(recipe)}${given && !there ? ', { images }' : ''})`,
    'const { image, record } = await run.result',
    "await writeFile('picture.png', await writePng(image))",
    "console.log(record.evaluations.run, 'network evaluations')",
    ...(there ? [] : ['await model.dispose()']),
    '',
  ].join('\n')
}

const quote = (text: string): string => (/^[\w.,:/=+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`)

/** A recipe as JSON, for `neg generate --recipe`. */
export const asJson = (recipe: RecipeInput): string => JSON.stringify(recipe, undefined, 2)

/** What the command's own options say of a recipe, prompt and picture aside; undefined where some of it takes a file. */
function options(recipe: RecipeInput): string[] | undefined {
  const {
    prompt: _prompt,
    negatives: _,
    seed,
    scale,
    steps,
    guidance,
    scheduler,
    width,
    height,
    syntax,
    longPrompts,
    image: _image,
    ...rest
  } = recipe
  const simple = (value: unknown): value is number | undefined => value === undefined || typeof value === 'number'
  const spec = typeof guidance === 'string' ? { name: guidance } : guidance
  if (Object.keys(rest).some((key) => key !== 'format') || !simple(scale) || spec?.of) return undefined
  const sampler = typeof scheduler === 'string' ? { name: scheduler } : scheduler
  const pairs = (flag: string, of: object | undefined) =>
    Object.entries(of ?? {}).flatMap(([key, value]) => [
      flag,
      `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
    ])
  const one = (flag: string, value: unknown) => (value === undefined ? [] : [flag, String(value)])
  const against = specsOf(recipe).map(({ text, scale: own, window, ...others }) => {
    const ends =
      window === undefined ? undefined : typeof window === 'string' ? window : 'curve' in window ? null : window
    const usual = Object.entries(others).every(([key, value]) => key === 'outside' && value === 0)
    if (!usual || !simple(own) || ends === null) return undefined
    if (typeof ends === 'object' && ends.of !== undefined && ends.of !== 'schedule') return undefined
    const when = typeof ends === 'object' ? `${ends.from}-${ends.to}` : ends
    return ['--negative', text, ...one('--negative-scale', own), ...one('--negative-window', when)]
  })
  if (against.some((words) => words === undefined)) return undefined
  return [
    ...against.flatMap((words) => words ?? []),
    ...one('--scale', scale),
    ...one('--guidance', spec?.name),
    ...pairs('--guidance-option', spec?.options),
    ...one('--scheduler', sampler?.name),
    ...pairs('--scheduler-option', 'config' in (sampler ?? {}) ? (sampler as { config?: object }).config : undefined),
    ...one('--steps', steps),
    ...one('--seed', seed),
    ...one('--width', width),
    ...one('--height', height),
    ...one('--syntax', syntax),
    ...one('--long-prompts', longPrompts),
  ]
}

/** `neg edit`; undefined where it has no option for some of the recipe. */
function editCommand(recipe: RecipeInput): string[] | undefined {
  const { scheduler, syntax, longPrompts, prompt } = recipe
  const { mask, feather, source, method, refinements, strength, sourceScale, where } = editInput(recipe)
  const words = options(recipe)
  const place = typeof where === 'object' ? (Object.keys(where).join() === 'by' ? where.by : undefined) : where
  if (!words || scheduler || syntax || longPrompts || sourceScale !== undefined) return undefined
  if (feather === false || (typeof where === 'object' && place === undefined)) return undefined
  const one = (flag: string, value: unknown) => (value === undefined || value === '' ? [] : [flag, String(value)])
  return [
    ...['edit', 'photo.png'],
    ...words,
    ...one('--prompt', prompt),
    ...one('--source', source),
    ...(mask === undefined ? [] : ['--mask', 'mask.png']),
    ...one('--where', place === 'found' ? undefined : place),
    ...one('--strength', strength),
    ...one('--feather', feather),
    ...one('--method', method),
    ...one('--refinements', refinements),
  ]
}

/** The command that draws a recipe: by its options where they say all of it, else by a file that is written first. */
export function asCommand(recipe: RecipeInput, source: Source): string {
  const model =
    source.kind === 'embedded' ? [] : ['--model', source.kind === 'url' ? 'FOLDER' : (source.model ?? 'FOLDER')]
  const direct = recipe.image ? undefined : options(recipe)
  const words = isUnfitted(recipe) ? editCommand(recipe) : direct && ['generate', recipe.prompt, ...direct]
  if (words) return ['npx neg', ...[...words, ...model].map(quote)].join(' ')
  // Its size is fitted to the model: no file says it.
  if (isUnfitted(recipe)) return '# neg edit has no option for some of this: see TypeScript.'
  const { image } = recipe
  const pictures = image ? ['--image', 'start.png', ...(image.mask ? ['--mask', 'mask.png'] : [])] : []
  return [
    "cat > recipe.json <<'END'",
    asJson(recipe),
    'END',
    ['npx neg generate --recipe recipe.json', ...[...pictures, ...model].map(quote)].join(' '),
  ].join('\n')
}
