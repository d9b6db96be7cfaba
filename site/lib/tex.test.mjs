import { expect, test } from 'vitest'
import { texOf } from './tex.mjs'

test.each([
  ['d_∅ + s⁺ (d_y − d_∅)', 'd_\\varnothing  + s^{+} (d_y - d_\\varnothing )'],
  ['x0_b + λ (x0_y − x0)', 'x_{0,b} + λ (x_{0,y} - x_0)'],
  ['inner where σ_lo < σ ≤ 1', '\\text{ inner where } σ_{\\mathrm{lo}} < σ \\le  1'],
  ['inner until cos(x), re-noised', '\\text{ inner until } \\operatorname{cos}(x),\\; \\text{ re-noised }'],
  ['d_y^{PAG}, cos(d_y, d_b)', 'd_y^{\\mathrm{PAG}},\\; \\operatorname{cos}(d_y,\\; d_b)'],
  ['𝓛⁻¹(b_k)', '\\mathcal{L}^{-1}(b_k)'],
])('%s', (formula, tex) => expect(texOf(formula)).toBe(tex))
