/** What of an error the page says in words of its own: what was refused, and what to do here. */
interface Said {
  readonly code: string
  readonly message: string
  readonly where?: string
}

/** Where a refused recipe is to be mended, as the page calls it. */
const fields: Readonly<Record<string, string>> = {
  prompt: 'the prompt',
  negatives: 'the negatives',
  scale: 'the scale',
  steps: 'the steps',
  seed: 'the seed',
  height: 'the height',
  width: 'the width',
  guidance: 'the guidance',
  scheduler: 'the scheduler',
  image: 'the picture to begin with',
}

const fieldOf = (where: string | undefined): string => fields[/^\w+/.exec(where ?? '')?.[0] ?? ''] ?? 'the recipe'

const refusals: Readonly<Record<string, (error: Said) => string>> = {
  'seed-invalid': () => 'The seed is no whole number that fits in 64 bits. Type one, or press the die.',
  'size-invalid': () => 'The model cannot draw this size. Take a width and a height that “Size” offers.',
  'prompt-invalid': () => 'A prompt has at most 20,000 characters. Shorten it.',
  'recipe-invalid': ({ where }) =>
    `Something about ${fieldOf(where)} is not understood, so nothing was drawn. Mend it, or undo.`,
  'guidance-unknown': () => 'The guidance is none that is known here. Choose another.',
  'guidance-unsupported': () =>
    'This model, or this scheduler, cannot run the chosen guidance. Choose another guidance, or go back to the model’s own.',
  'guidance-option-invalid': ({ where }) =>
    `An option of the guidance is missing or out of range${where ? ` (${where})` : ''}. Set it under “Guidance”.`,
  'scheduler-unknown': () => 'The scheduler is none that is known here. Choose another.',
  'scheduler-option-unknown': ({ where }) =>
    `The scheduler has no such option${where ? ` (${where})` : ''}. Look under “Scheduler options”.`,
  'scheduler-option-invalid': ({ where }) =>
    `An option of the scheduler does not fit${where ? ` (${where})` : ''}. Set another under “Scheduler options”.`,
  'negative-unsupported': () =>
    'The chosen guidance takes no negatives here. Choose another guidance, or remove the negatives.',
  'model-mismatch': () => 'The recipe and the model do not fit each other. Open the model that drew it.',
  'image-missing': () =>
    'The picture that this recipe begins with is not kept in this browser. Choose it again, or draw without one.',
  'image-mismatch': () =>
    'The picture to begin with has another size than is drawn. Choose it again: it is cut to fit.',
  'record-missing': () => 'The file carries neither a record of neg nor a recipe of another tool.',
}

/** The words of views that open later. */
export const enMore = {
  close: 'Close',
  use: 'Use',
  open: 'Open',
  copy: 'Copy',
  copied: 'Copied.',
  delete: 'Delete',
  yes: 'yes',
  no: 'no',
  nothing: 'nothing',
  recipe: 'Recipe',

  stepsFrom: (from: number, to: number) => `step ${from} to ${to}`,
  curveStart: (name: string) => `${name} on the curve: start of its window`,
  curveEnd: (name: string) => `${name} on the curve: end of its window`,
  windowsOnCurve: 'Windows of the next picture',

  anotherPhotograph: 'Another photograph',
  drawOver: 'Begin with it instead',
  photographMissing:
    'The photograph of this recipe is not kept in this browser. Choose the same file again, or another one.',
  whereChanges: 'Where it may change',
  where: { found: 'Where it is found', painted: 'Where I paint', everywhere: 'Everywhere' },
  whereAbout: {
    found: 'Found by the words of what should go. The rest stays, to the pixel.',
    painted: 'What is painted is drawn anew. The rest stays, to the pixel.',
    everywhere: 'Everything may change a little.',
  },
  howMuchChanges: 'How much may change',
  howMuchAbout: 'How far the photograph is led back before it is drawn again.',
  editGuidance:
    'One negative without a strength of its own is taken out by nag, where the model can do that; else the model’s own guidance draws.',
  wayBack: 'Way back',
  fittedByRecord: 'Size and part of the photograph are those of the record.',
  fitAnew: 'Fit anew',
  countedLater: 'What it takes is counted once the model is open.',
  openToCount: 'Open it now',
  passes: (inversion: number, find: number, own: string) =>
    `Passes: ${inversion} lead back${find > 0 ? `, ${find} find the place` : ''}, ${own} draw.`,
  beganWith: 'what it began with',
  paintFound: 'What was found',

  maskAbout:
    'What is painted is drawn anew; the rest stays as it is. With the keyboard: arrows move the brush, space paints.',
  maskCanvas: 'Mask: arrows move the brush, space paints',
  tool: 'Tool',
  tools: { brush: 'Brush', eraser: 'Eraser' },
  brushSize: 'Size of the brush',
  invertMask: 'Invert',
  clearMask: 'Clear the mask',
  fromWord: 'From where a word is looked at',
  paintWord: (word: string) => `Paint where ${word} is`,
  howHot: 'How much of it',
  feather: 'Feather in pixels: how softly the new fades in',
  keepMask: 'Take this mask',

  copyRecipe: 'Copy recipe',

  strengthOfNegatives: 'Strength r_t of the negatives',
  strengthOverSteps: 'Strength over the steps.',
  against: 'against',
  curveSaid: (name: string, peak: string, step: number, end: string) =>
    `${name}: peaks at ${peak} in step ${step}, ends at ${end}`,
  window: 'window',
  whenColumn: 'when',
  seen: 'seen',
  change: 'change',
  removes: 'removes',
  windows: {
    attention: 'attention’s window',
    article: 'the article’s window',
    early: 'the first 0.4',
    recommended: 'the model’s window',
    always: 'always',
  },
  withoutNegative: (text: string) => `Without ${text}`,
  byJudge: (text: string, seen: string) =>
    `By the model’s judge, which sees ${text} with ${seen} without the negative.`,
  byChange: (text: string) => `By the change where ${text} is looked at: no judge here knows it.`,
  goesWith: 'goes with the least change:',
  useWindow: 'Use this window',
  useWindowFor: (text: string) => `Use this window for ${text}`,
  nothingToRemove: (text: string) => `Without the negative the picture does not show ${text}.`,
  noneRemoves: (text: string) =>
    `No window is suggested: ${text} stays with each of them. More strength, or another guidance, may remove it.`,
  seenBy: (opens: number | undefined, closes: number) =>
    `${opens === undefined ? 'its attention never finds a place' : `its attention finds its place in step ${opens}`}; r_t has made most of its way by step ${closes}`,
  tryWindows: 'Try windows',
  tryWindowsFor: (text: string) => `Try windows for ${text}`,
  tryWindowsAbout:
    'Draws without it and with it in a few windows, and suggests the one that removes it with the least change',

  favourite: 'Favourite',

  before: 'Before',
  after: 'Next',
  howToLook: 'How to look',
  modes: { one: 'Alone', slider: 'Slider', difference: 'Difference' },
  currentPicture: 'shown now',
  useRecipe: 'Load its recipe',
  drawAgain: 'Draw it again',
  thisPicture: 'this picture',
  nearer: 'Nearer',
  farther: 'Farther',
  wholePicture: 'The whole picture',
  sliderBetween: 'Between the two pictures',
  differenceOf: 'Difference of the two pictures',
  sizesDiffer: 'The two pictures have different sizes.',
  distance: (value: string) => `Root mean square difference: ${value}`,

  manyAtOnce: 'Many at once',
  plotAbout: 'Draws what the page says for every value, as a grid. Each picture is kept in the history.',
  across: 'Across',
  down: 'Down',
  axes: {
    seed: 'Seed',
    scale: 'Scale',
    strength: 'Strength of the negatives',
    window: 'Window of the negatives',
    steps: 'Steps',
    guidance: 'Guidance',
    scheduler: 'Scheduler',
    prompt: 'Part of the prompt',
  },
  axisAbout: {
    seed: 'seeds: 1-4, 12',
    scale: 'numbers: 1, 3, 5-9:2',
    strength: 'numbers: 0, 2, 4-8:2',
    window: 'always, 0-0.4, 0.2-0.6',
    steps: 'numbers: 10, 20, 30',
    guidance: 'names: general, local',
    scheduler: 'names: ddim, euler',
    prompt: 'what is replaced, then by what: woman | man | girl',
  },
  axisWrong: (_axis: string, message: string) => message,
  drawsMany: (count: number) => (count === 1 ? 'Draws 1 picture.' : `Draws ${count} pictures.`),
  drawGrid: 'Draw them',
  downloadGrid: 'Download the grid',
  notYet: 'not drawn yet',

  commandLine: 'Command line',
  copyOf: (what: string) => `Copy: ${what}`,
  ofPictureNotDraft: 'Of the picture that is shown (else of what the page says)',
  takeJson: 'Take this recipe',

  newStyle: 'New style',
  noStyles: 'No styles yet. A style is a part of a prompt, negatives and settings under a name.',
  styleName: 'Name of the style',
  stylePrompt: 'Part of the prompt',
  stylePromptAbout: '{prompt} stands for what the page says; without it the part is added at the end.',
  withNegatives: 'with the negatives of the page',
  withSettings: 'with the settings of the page',
  keepStyle: 'Keep this style',
  styleKept: (name: string) => `${name} is kept.`,
  applyStyle: (name: string) => `Use the style ${name}`,
  deleteStyle: (name: string) => `Delete the style ${name}`,
  exportStyles: 'Export styles',
  importStyles: 'Import styles',
  stylesTaken: (count: number) => `${count} styles taken.`,

  onThePage: 'On the page',
  inTheViewer: 'While a picture is looked at large',
  keysDo: {
    draw: 'Draw',
    stop: 'Stop what is drawn',
    undo: 'Undo',
    redo: 'Redo',
    prompt: 'To the prompt',
    negative: 'Add a negative',
    seed: 'Another seed',
    edit: 'Edit a photograph',
    plot: 'Many at once',
    styles: 'Styles',
    code: 'As code',
    model: 'Model and device',
    look: 'Look at the picture large',
    find: 'Find in the history',
    keys: 'This sheet',
  },
  viewerKeysDo: {
    turn: 'Picture before, next',
    zoom: 'Nearer, farther, whole',
    favourite: 'Favourite',
    delete: 'Delete',
    modes: 'Alone, slider, difference',
  },
  notifyMe: 'Tell me when what I asked for is drawn and I look elsewhere',

  model: 'Model',
  modelAndDevice: 'Model and device',
  embedded: 'portraits, the embedded one',
  embeddedAbout: '(cartoon portraits of 128 × 128)',
  aFolder: 'A folder that Optimum exported, by its address',
  folderAddress: 'Address of a model folder',
  aServer: 'A neg server, which draws there',
  serverAddress: 'Address of a neg server',
  serverToken: 'Token of the server',
  tokenIfWanted: 'token, if it wants one',
  keptUntilClosed: 'Kept until this tab is closed',
  connect: 'Connect',
  connected: (id: string, device: string, where: string) => `Connected: ${id} on ${device} at ${where}.`,
  itsModel: 'Its model',
  device: 'Device',
  devices: { auto: 'automatic: the faster one, measured', webgpu: 'WebGPU', wasm: 'WebAssembly' },
  measuring: 'Measuring …',
  storedHere: 'Stored in this browser',
  nothingYet: 'Nothing yet.',
  notWhole: 'not yet whole',
  deleteModel: (name: string) => `Delete the stored model ${name}`,
  siteUses: (used: string, quota: string) => `This site uses ${used} of ${quota}.`,
  keepFiles: 'Keep model files, so that the next visit needs no download',
  unknownSize: 'of unknown size',
  downloadOf: (model: string, stored: string, runtime: string, compressed: string) =>
    `Download: model ${model}, of which ${stored} are stored; runtime ${runtime} (${compressed} where the host compresses).`,
  otherModels: 'Other models',
  drawOnToo: (name: string) => `Draw on ${name}, too`,
  drawOnTooAbout: 'The same recipe, picture beside picture. Each model takes memory of its own.',

  backToEmbedded: 'Back to the embedded model',
  startedWith: 'For this page it is started with',
  tryAgain: 'Try again',
  useWasm: 'Use WebAssembly',
  deleteStored: 'Delete stored models and try again',
  withoutStoring: 'Go on without storing',
  giveToken: 'Give a token',
  errorText: (error: Said): string => refusals[error.code]?.(error) ?? error.message,
}

export type MoreStrings = typeof enMore
