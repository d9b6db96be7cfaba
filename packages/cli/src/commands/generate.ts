import { Command } from 'commander'
import { attentionOption } from '../arguments/attention'
import { parseChoice } from '../arguments/choice'
import { collect } from '../arguments/collect'
import { controlCollector, controlOptions } from '../arguments/control'
import { furtherModelOption } from '../arguments/further-models'
import type { GenerateFlags } from '../arguments/generate-flags'
import { collectKeyValue } from '../arguments/key-value'
import { memoryOption } from '../arguments/memory'
import { controlnetOption, modelFileOptions, modelOption } from '../arguments/model-flags'
import { negativeCollector } from '../arguments/negatives'
import { parseFeather, parseNumber, parseWhole } from '../arguments/number'
import { roleCollector, roleOptions } from '../arguments/roles'
import { mostPictures, parseSeeds } from '../arguments/seeds'
import { refuseSwallowedOptions } from '../arguments/values'

const examples = `
Negatives, in the order of the command line: after a --negative, --negative-scale and --negative-window belong to it;
before the first they are the default for all.

  neg generate "a professional office woman" --negative glasses
  neg generate "a wizard" --negative beard --negative-window 0.1-0.5 --negative hat --negative-scale 2 --seed 1-8 --out wizards/
  neg generate "a wizard" --guidance composition --role concept="a beach" --role concept=hat --role-scale -1
  neg generate --from neg-42.png --scale 7 --out stronger.png
  neg generate "a house" --model sd15-onnx/ --controlnet canny=canny-onnx/ --control edges.png --control-window 0-0.6
`

/** `neg generate`: everything is parsed here, and what draws is loaded only then. */
export function generateCommand(): Command {
  const negatives = negativeCollector()
  const roles = roleCollector()
  const controls = controlCollector()
  const [dtype, revision, subfolder, file, configs, lora, embedding, loras, embeddings] = modelFileOptions()
  const [control, controlStrength, controlWindow] = controlOptions(controls)
  const [role, roleScale, roleWindow] = roleOptions(roles)
  const command = new Command('generate')
    .summary('draws pictures')
    .description('Draws a picture of PROMPT and prints where it is.')
    .argument('[prompt]', 'what the picture should be')
    .optionsGroup('What the picture should not be:')
    .option('--negative <text>', 'what it should not be (repeatable)', (text) => negatives.negative(text))
    .option('--negative-scale <number>', 'how strongly; default (scale − 1) / number of negatives', (text) =>
      negatives.scale(text),
    )
    .option(
      '--negative-window <from-to>',
      'when, in fractions of the run: 0.1-0.5, or a preset: ban2024; default always',
      (text) => negatives.window(text),
    )
    .optionsGroup('How it is drawn:')
    .option('--scale <number>', 'guidance scale', parseNumber('--scale'))
    .option('--guidance <name>', 'guidance: neg guidance lists them')
    .option('--guidance-option <key=value>', 'an option of it (repeatable)', collectKeyValue('--guidance-option'))
    .addOption(role)
    .addOption(roleScale)
    .addOption(roleWindow)
    .option('--plugin <module>', 'a file, folder or package that exports guidances or schedulers (repeatable)', collect)
    .option('--scheduler <name>', 'scheduler: neg schedulers lists them; default the model’s')
    .option(
      '--scheduler-option <key=value>',
      'a key of its diffusers config, or an argument of its set_timesteps or step: eta=0.3, timesteps=999,500,200 (repeatable)',
      collectKeyValue('--scheduler-option'),
    )
    .option('--steps <number>', 'scheduler steps', parseWhole('--steps', 1))
    .option('--seed <seeds>', 'a number, a list 1,2,3 or a range 1-8; default random', parseSeeds)
    .option('--count <number>', 'pictures, from consecutive seeds', parseWhole('--count', 1, 1, mostPictures))
    .option('--width <pixels>', 'default that of --image, or the model’s', parseWhole('--width', 8, 8))
    .option('--height <pixels>', 'default that of --image, or the model’s', parseWhole('--height', 8, 8))
    .option(
      '--syntax <name>',
      'plain, or a1111: (word:1.3), [word], [a:b:0.5]',
      parseChoice('--syntax', ['plain', 'a1111']),
    )
    .option(
      '--long-prompts <how>',
      'truncate (with a warning) or chunk: windows of 75 tokens',
      parseChoice('--long-prompts', ['truncate', 'chunk']),
    )
    .option(
      '--max-sequence-length <tokens>',
      'tokens that T5 reads (Stable Diffusion 3, Flux); default 256, Flux dev 512',
      parseWhole('--max-sequence-length', 1),
    )
    .option(
      '--null <what>',
      'the unconditional input: auto, zeros or empty-text',
      parseChoice('--null', ['auto', 'zeros', 'empty-text']),
    )
    .option(
      '--distilled-scale <number>',
      'what a guidance-distilled network is told (Flux dev: default 3.5); --scale is then true guidance',
      parseNumber('--distilled-scale'),
    )
    .optionsGroup('From what:')
    .addOption(modelOption())
    .addOption(dtype)
    .addOption(revision)
    .addOption(subfolder)
    .addOption(file)
    .addOption(configs)
    .addOption(lora)
    .addOption(embedding)
    .addOption(loras)
    .addOption(embeddings)
    .addOption(controlnetOption())
    .addOption(furtherModelOption())
    .option('--device <name>', 'auto, cpu, cuda, webgpu', 'auto')
    .addOption(attentionOption())
    .addOption(memoryOption())
    .option('--recipe <file>', 'a recipe or record (JSON); other options override it')
    .option(
      '--from <picture>',
      'a PNG drawn by neg, whose record is the recipe, or by another tool; other options override it',
    )
    .option('--image <picture>', 'begin from this picture')
    .option('--strength <number>', 'how much of it is drawn anew, above 0 to 1; default 0.8', parseNumber('--strength'))
    .option('--mask <picture>', 'draw anew where this picture is white; the rest stays as it is, to the pixel')
    .option(
      '--feather <pixels>',
      'how wide its edge is, inside; none leaves all pixels as decoded; default half a latent cell',
      parseFeather,
    )
    .addOption(control)
    .addOption(controlStrength)
    .addOption(controlWindow)
    .optionsGroup('Where to:')
    .option('--out <path>', 'a PNG file or a folder; several pictures also as a contact sheet')
    .option('--latents <file>', 'final latents as .npy: float32 [pictures, C, h, w], as diffusers gives them')
    .option('--json', 'the record on standard output, nothing else there', false)
    .option('--timings', 'say how long each phase took', false)
    .option('--demo', 'without a prompt, draw the built-in example', false)
    .addHelpText('after', examples)
  command.action(
    async (prompt: string | undefined, options: Omit<GenerateFlags, 'prompt' | 'negatives' | 'roles' | 'controls'>) => {
      const { generatePictures } = await import('../generate/generate-pictures')
      await generatePictures({
        ...options,
        prompt,
        negatives: negatives.flags(),
        roles: roles.flags(),
        controls: controls.flags(),
      })
    },
  )
  return refuseSwallowedOptions(command)
}
