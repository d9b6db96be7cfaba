/** What stands in a formula for one thing of TeX's. */
const signs = {
  '−': '-',
  '∅': '\\varnothing ',
  '⁺': '^{+}',
  '⁻': '^{-}',
  '₊': '_{+}',
  '₋': '_{-}',
  '₁': '_{1}',
  '*': '^{*}',
  Σ: '\\sum ',
  '∇': '\\nabla ',
  '‖': '\\Vert ',
  '⟨': '\\langle ',
  '⟩': '\\rangle ',
  '⊙': '\\odot ',
  '⊥': '\\perp ',
  '∥': '\\parallel ',
  '≤': '\\le ',
  '→': '\\to ',
  '←': '\\gets ',
  𝓛: '\\mathcal{L}',
  Z̃: '\\tilde{Z}',
  ',': ',\\;',
  ';': ';\\quad ',
  ':': ':\\;',
}

/** Names of functions; other words of more than one letter are words. */
const functions = ['clip', 'cos', 'log', 'mask', 'max', 'min', 'quantile', 'std']
const word = `(?!(?:${functions.join('|')})\\b)[A-Za-z]{2,}`

const token = new RegExp(
  [
    '⁻¹|Z̃|eps\\b',
    'x0(?:_([a-z]))?',
    '_([A-Za-z]{2,})',
    '\\{([A-Z]{2,})\\}',
    `${word}(?:[ -]${word})*`,
    functions.join('|'),
    '[\\s\\S]',
  ].join('|'),
  'gu',
)

/**
 * A guidance's formula, which is written to be read as text (`d_∅ + s⁺ (d_y − d_∅)`), in TeX.
 * @param {string} formula
 */
export const texOf = (formula) =>
  formula.replace(token, (text, of, subscript, mark) => {
    if (text === '⁻¹') return '^{-1}'
    if (text.startsWith('x0')) return of ? `x_{0,${of}}` : 'x_0'
    if (subscript) return `_{\\mathrm{${subscript}}}`
    if (mark) return `{\\mathrm{${mark}}}`
    if (text === 'eps') return '\\epsilon '
    if (functions.includes(text)) return `\\operatorname{${text}}`
    if (/^[A-Za-z]{2,}/.test(text)) return `\\text{ ${text} }`
    return signs[text] ?? text
  })
