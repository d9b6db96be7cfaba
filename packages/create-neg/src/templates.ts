/** A kind of project. */
export interface Template {
  /** As `--template` has it. */
  readonly name: string
  /** What one gets. */
  readonly summary: string
  /** The folder in the repository's `examples` that it is a copy of. */
  readonly example: string
  /** Names of scripts to run once the packages are installed, in this order. */
  readonly scripts: readonly string[]
  /** What to know before one begins; Markdown. */
  readonly notes: string
}

const native =
  'On Linux x64 without CUDA, install with `ONNXRUNTIME_NODE_INSTALL=skip` in the environment: it saves a large download.'

export const templates: readonly Template[] = [
  {
    name: 'node',
    summary: 'a program for Node that draws a picture',
    example: 'node-quickstart',
    scripts: ['start'],
    notes: `\`src/quickstart.ts\` is all of it.\n\n${native}`,
  },
  {
    name: 'vite',
    summary: 'a page, built by Vite, that draws in the visitor’s browser',
    example: 'vite',
    scripts: ['dev'],
    notes: '`src/main.ts` is all of it. `build` writes `dist/`, which any static host serves.',
  },
  {
    name: 'next',
    summary: 'a Next app that draws in the visitor’s browser',
    example: 'next',
    scripts: ['dev'],
    notes: '`app/painter.jsx` is the client component that draws. `build` writes a static site to `out/`.',
  },
  {
    name: 'plugin',
    summary: 'a guidance and a scheduler of your own, with their laws',
    example: 'guidance-plugin',
    scripts: ['build', 'test'],
    notes:
      '`src/renorm.ts` is the guidance, `src/power-ddim.ts` the scheduler; what is claimed of them is tested beside them. `npx -p @neg/cli neg generate "a pirate" --negative "eye patch" --guidance renorm --plugin .` draws with it.',
  },
  {
    name: 'server',
    summary: 'a neg server, and a program that has it draw',
    example: 'server',
    scripts: ['start'],
    notes: `\`src/serve.ts\` is the server; while it runs, the script \`draw\` (\`src/draw.ts\`) has it draw.\n\n${native}`,
  },
]
