import { createHash } from 'node:crypto'
import ts from 'typescript'

/**
 * One change to a source file: the text of [start, end) becomes `text`.
 * @typedef {{ key: string, file: string, line: number, operator: string, start: number, end: number, text: string,
 *   original: string, statement: boolean }} Mutant
 */

const { SyntaxKind: K } = ts

/** Operators that take each other's place; several: a boundary and the opposite. */
const swaps = new Map([
  [K.LessThanToken, ['comparison', '<=', '>=']],
  [K.LessThanEqualsToken, ['comparison', '<', '>']],
  [K.GreaterThanToken, ['comparison', '>=', '<=']],
  [K.GreaterThanEqualsToken, ['comparison', '>', '<']],
  [K.EqualsEqualsEqualsToken, ['comparison', '!==']],
  [K.ExclamationEqualsEqualsToken, ['comparison', '===']],
  [K.AmpersandAmpersandToken, ['logic', '||']],
  [K.BarBarToken, ['logic', '&&']],
  [K.PlusToken, ['arithmetic', '-']],
  [K.MinusToken, ['arithmetic', '+']],
  [K.AsteriskToken, ['arithmetic', '/']],
  [K.SlashToken, ['arithmetic', '*']],
  [K.PercentToken, ['arithmetic', '*']],
  [K.AsteriskAsteriskToken, ['arithmetic', '*']],
  [K.AmpersandToken, ['arithmetic', '|']],
  [K.BarToken, ['arithmetic', '&']],
  [K.CaretToken, ['arithmetic', '&']],
  [K.LessThanLessThanToken, ['arithmetic', '>>']],
  [K.GreaterThanGreaterThanToken, ['arithmetic', '<<']],
  [K.GreaterThanGreaterThanGreaterThanToken, ['arithmetic', '>>']],
  [K.PlusEqualsToken, ['arithmetic', '-=']],
  [K.MinusEqualsToken, ['arithmetic', '+=']],
  [K.AsteriskEqualsToken, ['arithmetic', '/=']],
  [K.SlashEqualsToken, ['arithmetic', '*=']],
])

/** Methods and functions that take each other's place. */
const calls = new Map([
  ['Math.min', 'Math.max'],
  ['Math.max', 'Math.min'],
  ['Math.floor', 'Math.ceil'],
  ['Math.ceil', 'Math.floor'],
  ['Math.round', 'Math.floor'],
  ['some', 'every'],
  ['every', 'some'],
  ['startsWith', 'endsWith'],
  ['endsWith', 'startsWith'],
])
/** Calls whose receiver, or for `Math.abs` argument, may do as well. */
const droppable = new Set(['filter', 'sort', 'toSorted', 'reverse', 'trim', 'slice', 'toLowerCase', 'toUpperCase'])

const isText = (node) =>
  ts.isStringLiteral(node) || ts.isTemplateExpression(node) || ts.isNoSubstitutionTemplateLiteral(node)
/** What people read: messages, descriptions, and prose of three or more words wherever it stands. */
const isProse = (node) => /\S\s+\S+\s+\S/.test(node.getText().replaceAll(/\$\{[^}]*\}/g, 'x')) || isMessage(node)
const isMessage = (node) => {
  for (let at = node.parent; at && !ts.isStatement(at); at = at.parent) {
    if (ts.isNewExpression(at) && /(Error|Exception)$/.test(at.expression.getText())) return true
    if (ts.isCallExpression(at) && /\.(describe|meta)$/.test(at.expression.getText())) return true
    if (ts.isPropertyAssignment(at) && /^(summary|description|source|formula|tag)$/.test(at.name.getText())) return true
  }
  return false
}
/** What has no value of its own: types, names, targets of assignments, the modules of imports. */
const isPassedOver = (node) =>
  ts.isTypeNode(node) ||
  ts.isInterfaceDeclaration(node) ||
  ts.isTypeAliasDeclaration(node) ||
  ts.isImportDeclaration(node) ||
  ts.isExportDeclaration(node) ||
  ts.isEnumDeclaration(node) ||
  (ts.isStringLiteral(node) && ts.isExpressionStatement(node.parent)) ||
  (ts.isLiteralExpression(node) && node.parent.name === node) ||
  (ts.isArrayLiteralExpression(node) && isTarget(node)) ||
  (ts.isObjectLiteralExpression(node) && isTarget(node))
const isTarget = ({ parent, pos }) =>
  (ts.isBinaryExpression(parent) && parent.operatorToken.kind === K.EqualsToken && parent.left.pos === pos) ||
  (ts.isForOfStatement(parent) && parent.initializer.pos === pos)

/**
 * Every single change that is made to a source: comparisons and their boundaries, arithmetic, `&&`, `||` and `??` and each
 * of their sides, conditions, negations, numbers, booleans, strings (but messages of errors and descriptions), entries of
 * lists and objects, calls left out or exchanged, statements left out.
 * @param {string} file Relative to the repository; part of a mutant's key.
 * @param {string} source
 * @returns {Mutant[]}
 */
export function mutantsOf(file, source) {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true)
  const found = []
  const add = (operator, node, text, statement = false) => {
    const start = node.getStart(tree)
    found.push({ operator, start, end: node.end, text, original: source.slice(start, node.end), statement })
  }
  const textOf = (node) => node.getText(tree)
  /** A list without one of its entries. */
  const without = (node, list, i) => {
    const from = i === 0 ? list[0].getStart(tree) : list[i - 1].end
    const to = i === 0 ? (list[1]?.getStart(tree) ?? list[0].end) : list[i].end
    return source.slice(node.getStart(tree), from) + source.slice(to, node.end)
  }

  const binary = (node) => {
    const { left, right, operatorToken } = node
    const sides = [textOf(left), textOf(right)]
    const [operator, ...others] = swaps.get(operatorToken.kind) ?? []
    const joins = operatorToken.kind === K.PlusToken && (isText(left) || isText(right))
    if (!joins) for (const other of others) add(operator, node, `(${sides[0]}) ${other} (${sides[1]})`)
    if (operator === 'logic' || operatorToken.kind === K.QuestionQuestionToken) {
      for (const side of sides) add('side', node, side)
    }
  }
  const call = (node) => {
    const { expression } = node
    if (!ts.isPropertyAccessExpression(expression) || ts.isOptionalChain(node)) return
    const name = expression.name.text
    const whole = `${textOf(expression.expression)}.${name}`
    const inside = source.slice(expression.end, node.end)
    const other = calls.get(whole) ?? calls.get(name)
    if (other) {
      add('call', node, `${other.includes('.') ? other : `${textOf(expression.expression)}.${other}`}${inside}`)
    } else if (whole === 'Math.abs') add('call', node, textOf(node.arguments[0]))
    else if (droppable.has(name)) add('call', node, textOf(expression.expression))
  }
  const condition = (node, both = true) => {
    if (both) add('condition', node, 'true')
    add('condition', node, 'false')
  }

  const visit = (node) => {
    if (isPassedOver(node)) return
    if (ts.isBinaryExpression(node)) binary(node)
    else if (ts.isCallExpression(node)) call(node)
    else if (ts.isPrefixUnaryExpression(node) && node.operator === K.ExclamationToken) {
      add('negation', node, textOf(node.operand))
    } else if (ts.isPrefixUnaryExpression(node) && node.operator === K.MinusToken) {
      add('arithmetic', node, textOf(node.operand))
    } else if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
      if (node.operator === K.PlusPlusToken) add('arithmetic', node, textOf(node).replace('++', '--'))
      if (node.operator === K.MinusMinusToken) add('arithmetic', node, textOf(node).replace('--', '++'))
    } else if (ts.isNumericLiteral(node))
      add('number', node, Number(node.text.replaceAll('_', '')) === 0 ? '1' : `(${node.text} + 1)`)
    else if (node.kind === K.TrueKeyword) add('boolean', node, 'false')
    else if (node.kind === K.FalseKeyword) add('boolean', node, 'true')
    else if (isText(node) && !isProse(node) && !ts.isTaggedTemplateExpression(node.parent)) {
      if (textOf(node).length > 2 && !/^(import|require)$/.test(node.parent.expression?.getText(tree) ?? ''))
        add('string', node, "''")
    } else if (ts.isArrayLiteralExpression(node) && !isMessage(node)) {
      node.elements.forEach((_, i) => void add('entry', node, without(node, node.elements, i)))
    } else if (ts.isObjectLiteralExpression(node) && !isMessage(node)) {
      node.properties.forEach((_, i) => void add('entry', node, `(${without(node, node.properties, i)})`))
    } else if (ts.isConditionalExpression(node)) condition(node.condition)
    else if (ts.isIfStatement(node)) condition(node.expression)
    else if (ts.isWhileStatement(node)) condition(node.expression, false)
    else if (ts.isForStatement(node) && node.condition) condition(node.condition, false)
    else if (
      ts.isExpressionStatement(node) &&
      node.expression.kind !== K.SuperKeyword &&
      !/^super\(/.test(textOf(node))
    ) {
      add('statement', node, '', true)
    } else if (ts.isThrowStatement(node) || ts.isContinueStatement(node) || ts.isBreakStatement(node)) {
      add('statement', node, '', true)
    } else if (ts.isReturnStatement(node) && !node.expression) add('statement', node, '', true)
    ts.forEachChild(node, visit)
  }
  visit(tree)

  const seen = new Map()
  return found.map((mutant) => {
    const line = tree.getLineAndCharacterOfPosition(mutant.start).line + 1
    const content = source.split('\n', line)[line - 1].trim()
    const base = [file, mutant.operator, content, mutant.original, mutant.text].join('\n')
    const times = seen.get(base) ?? 0
    seen.set(base, times + 1)
    return { ...mutant, file, line, key: createHash('sha256').update(`${base}\n${times}`).digest('hex').slice(0, 16) }
  })
}

/**
 * A sample in an order that a seed decides, and that changes elsewhere do not disturb: the order of each mutant's hash.
 * @param {readonly Mutant[]} mutants @param {string} seed
 */
export function sampleOf(mutants, seed, count) {
  const rank = ({ key }) => createHash('sha256').update(`${seed} ${key}`).digest('hex')
  return mutants
    .map((mutant) => [rank(mutant), mutant])
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, count)
    .map(([, mutant]) => mutant)
}
