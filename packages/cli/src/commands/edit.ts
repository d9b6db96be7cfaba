import { Command } from 'commander'
import { attentionOption } from '../arguments/attention'
import { parseChoice } from '../arguments/choice'
import { collect } from '../arguments/collect'
import { furtherModelOption } from '../arguments/further-models'
import { collectKeyValue } from '../arguments/key-value'
import { memoryOption } from '../arguments/memory'
import { modelFileOptions, modelOption } from '../arguments/model-flags'
import { negativeCollector } from '../arguments/negatives'
import { parseFeather, parseNumber, parseWhole } from '../arguments/number'
import { parseSeeds } from '../arguments/seeds'
import { refuseSwallowedOptions } from '../arguments/values'
import { type EditFlags, methodChoices, whereChoices } from '../edit/edit-flags'

const examples = `
  neg edit photo.jpg --negative glasses
  neg edit photo.jpg --negative glasses --prompt sunglasses             something else in its place
  neg edit photo.jpg --negative beard --negative-scale 6 --negative hat --mask face.png
  neg generate --from photo-edited.png --image photo.jpg                the same again, from the record
`

/** `neg edit`: everything is parsed here, and what draws is loaded only then. */
export function editCommand(): Command {
  const negatives = negativeCollector()
  const [dtype, revision, subfolder, file, configs] = modelFileOptions()
  const command = new Command('edit')
    .summary('takes something out of a picture')
    .description(
      'Takes what the negatives name out of PHOTO, a picture of any size (PNG, JPEG, WebP, AVIF, GIF, TIFF): it is led back to the ' +
        'noise that draws it, and drawn again with the negatives acting. Outside of where it changes it stays, to the pixel.',
    )
    .argument('<photo>', 'the picture')
    .optionsGroup('What it should not show:')
    .option('--negative <text>', 'what should go (repeatable)', (text) => negatives.negative(text))
    .option('--negative-scale <number>', 'how strongly; default (scale − 1) / number of negatives', (text) =>
      negatives.scale(text),
    )
    .option('--negative-window <from-to>', 'when, in fractions of the run: 0.1-0.5; default always', (text) =>
      negatives.window(text),
    )
    .option('--prompt <text>', 'what it should show: what comes in its place; default what --source says')
    .option('--source <text>', 'what it shows now; default nothing is said')
    .optionsGroup('How much of it changes:')
    .option('--mask <picture>', 'only where this picture, of the same size, is white')
    .option(
      '--where <place>',
      `without a mask: where the negatives’ things are found (found; by attention, difference or both), or everywhere; default found`,
      parseChoice('--where', whereChoices),
    )
    .option('--strength <number>', 'how far back it is led, above 0 to 1; default 0.8', parseNumber('--strength'))
    .option('--feather <pixels>', 'how wide the edge is, inside; default half a latent cell', parseFeather)
    .optionsGroup('How it is drawn:')
    .option(
      '--method <name>',
      `the way back: ${methodChoices.join(', ')} (noise is image to image); default edit-friendly, of flow models flow`,
      parseChoice('--method', methodChoices),
    )
    .option(
      '--refinements <number>',
      'fixed-point iterations a step, of ddim and flow; default 2',
      parseWhole('--refinements', 0),
    )
    .option('--scale <number>', 'guidance scale', parseNumber('--scale'))
    .option(
      '--guidance <name>',
      'neg guidance lists them; default nag for one negative where the model allows it, else the model’s',
    )
    .option('--guidance-option <key=value>', 'an option of it (repeatable)', collectKeyValue('--guidance-option'))
    .option('--plugin <module>', 'a file, folder or package that exports guidances or schedulers (repeatable)', collect)
    .option('--steps <number>', 'scheduler steps', parseWhole('--steps', 1))
    .option('--seed <seeds>', 'a number, a list 1,2,3 or a range 1-8; default random', parseSeeds)
    .optionsGroup('From what:')
    .addOption(modelOption())
    .addOption(dtype)
    .addOption(revision)
    .addOption(subfolder)
    .addOption(file)
    .addOption(configs)
    .addOption(furtherModelOption())
    .option('--device <name>', 'auto, cpu, cuda, webgpu', 'auto')
    .addOption(attentionOption())
    .addOption(memoryOption())
    .optionsGroup('Where to:')
    .option('--out <path>', 'a PNG file or a folder; default PHOTO-edited.png here')
    .option('--latents <file>', 'final latents as .npy: float32 [pictures, C, h, w]')
    .option('--json', 'the record on standard output, nothing else there', false)
    .option('--timings', 'say how long each phase took', false)
    .addHelpText('after', examples)
  command.action(async (photo: string, options: Omit<EditFlags, 'photo' | 'negatives'>) => {
    const { drawPictures } = await import('../generate/generate-pictures')
    const { editJobOf } = await import('../edit/edit-job')
    const flags = { ...options, photo, negatives: negatives.flags() }
    await drawPictures(flags, () => editJobOf(flags))
  })
  return refuseSwallowedOptions(command)
}
