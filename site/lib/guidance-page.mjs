import { describeGuidance } from '@neg/core/guidance'
import { measuredWith, pair, seed, shownWith } from './guidance-recipes.mjs'

/**
 * The page of a guidance, from what it says of itself and what was measured of it.
 *
 * @param {import('@neg/core/guidance').GuidancePlugin} guidance
 * @param {{ math(formula: string): string, measured: { name: string, row: object, of: string }[], source: string, common: object }} with_
 *   `math`: a formula as HTML. `measured`: rows of docs/guidance/*.json. `source`: its file's text. `common`: what all recipes share.
 * @returns {string} as Markdown
 */
export function guidancePage(guidance, { math, measured, source, common }) {
  const { name, version, summary, formula, options, wraps } = guidance
  const shown = shownWith(name)
  return [
    `# ${name}`,
    summary,
    `<div class="formula" v-pre>${math(formula)}</div>`,
    `As text: \`${formula}\`, in [the notation of all of them](../../../docs/guidance.md#notation). Source: ${guidance.source}.`,
    '## What it costs and needs',
    facts(guidance, wraps),
    '## Options',
    optionTable(options),
    '## Picture',
    'without' in shown ? shown.without : picture(name, shown, common),
    '## Measured',
    figures(name, measured),
    `## Version ${version}, as it is written`,
    `\`\`\`\`typescript\n${source.trim()}\n\`\`\`\``,
    '',
  ].join('\n\n')
}

const passesText = ([min, max]) => (min === max ? `${min}` : `${min} to ${max}`)

function facts(guidance, wraps) {
  const described = describeGuidance(guidance)
  const rows = [['takes', wraps === 0 ? 'no other guidance' : `${wraps} other guidance inside (\`of\`)`]]
  if (described) {
    const { passes, requires, roles, negatives, space } = described
    rows.push(
      ['passes of one evaluation', passesText(passes.plain)],
      ['passes with a negative', passes.withNegative ? passesText(passes.withNegative) : 'reads none'],
      ['needs', requires.length > 0 ? requires.map(code).join(', ') : 'nothing but the denoiser'],
      [
        'reads',
        ['the prompt', ...(negatives ? ['negatives'] : []), ...roles.map((role) => `role ${code(role)}`)].join(', '),
      ],
      ['space', space === 'any' ? 'any: the network’s own' : code(space)],
    )
  }
  return table(rows[0], rows.slice(1))
}

function optionTable(options) {
  const { properties = {}, required = [] } = options.toJSONSchema()
  const rows = Object.entries(properties).map(([name, schema]) => [
    code(name),
    code(typeText(schema)),
    schema.default === undefined ? (required.includes(name) ? 'required' : '–') : code(JSON.stringify(schema.default)),
    cell(schema.description ?? ''),
  ])
  return rows.length === 0 ? 'None.' : table(['option', 'type', 'default', 'meaning'], rows)
}

function typeText(schema) {
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return choices.map(typeText).join(' | ')
  if (schema.type === 'array') return `${schema.items ? typeText(schema.items) : 'any'}[]`
  return schema.type === undefined ? 'any' : [schema.type].flat().join(' | ')
}

function picture(name, { recipe, scheduler }, common) {
  const whole = { prompt: pair.prompt, ...recipe, ...common, ...(scheduler ? { scheduler } : {}), seed }
  return [
    `![Without a negative, and with ${name}](pictures/${name}.png)`,
    `“${pair.prompt}”, seed ${seed}, on the embedded model: without a negative, and with:`,
    `\`\`\`ts\nconst run = generate(model, ${literal(whole)})\n\`\`\``,
  ].join('\n\n')
}

function figures(name, measured) {
  const names = new Set(measuredWith(name).map((method) => method.name))
  const rows = measured.filter((one) => names.has(one.name))
  if (rows.length === 0) {
    return 'Not in [the table](../../../docs/guidance.md#measured), which says what it would repeat and what the embedded model cannot show.'
  }
  return [
    table(
      ['method', 'removed', 'distance', 'others kept', 'wanted kept', 'evaluations', 'of'],
      rows.map(({ name: method, row, of }) => [
        cell(method),
        percent(row.removed),
        plain(row.distance),
        percent(row.kept),
        percent(row.wanted),
        row.rows.value.toFixed(1),
        of,
      ]),
    ),
    'What the columns are, and all methods side by side: [measured](../../../docs/guidance.md#measured).',
  ].join('\n\n')
}

const percent = ({ value, low, high }) =>
  `${(100 * value).toFixed(0)} % (${(100 * low).toFixed(0)}–${(100 * high).toFixed(0)})`
const plain = ({ value, low, high }) => `${value.toFixed(3)} (${low.toFixed(3)}–${high.toFixed(3)})`

const cell = (text) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;')
const code = (text) => `\`${text.replaceAll('|', '\\|')}\``
const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

/** A value as a program writes it, in as many lines as 100 columns ask for. */
function literal(value, indent = '') {
  const flat = flatLiteral(value)
  if (flat.length + indent.length <= 80 || typeof value !== 'object') return flat
  const more = `${indent}  `
  if (Array.isArray(value)) return `[\n${value.map((one) => `${more}${literal(one, more)},\n`).join('')}${indent}]`
  const lines = Object.entries(value).map(([key, one]) => `${more}${keyText(key)}: ${literal(one, more)},\n`)
  return `{\n${lines.join('')}${indent}}`
}

const keyText = (key) => (/^[A-Za-z_$][\w$]*$/.test(key) ? key : `'${key}'`)

function flatLiteral(value) {
  if (typeof value === 'string') return `'${value.replaceAll("'", "\\'")}'`
  if (Array.isArray(value)) return `[${value.map(flatLiteral).join(', ')}]`
  if (typeof value !== 'object' || value === null) return String(value)
  const entries = Object.entries(value)
  if (entries.length === 0) return '{}'
  return `{ ${entries.map(([key, one]) => `${keyText(key)}: ${flatLiteral(one)}`).join(', ')} }`
}
