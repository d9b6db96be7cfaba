import katex from 'katex'
import { texOf } from './tex.mjs'

/** A guidance's formula as MathML, which browsers draw by themselves. @throws where it is no formula */
export const mathOf = (formula) =>
  katex
    .renderToString(texOf(formula), { output: 'mathml', displayMode: true, strict: 'ignore' })
    .replace(/<annotation .*?<\/annotation>/s, '')
