import { useState } from 'preact/hooks'
import { download } from '../lib/download'
import { axisName } from '../state/axis-name'
import type { PlotLayout } from '../state/plot'
import { fail, type Picture, shown } from '../state/run'
import { lookAtShown } from '../state/viewing'
import { more, say } from '../strings'
import { Canvas } from './canvas'
import '../styles/plot.css'

/** A plot's pictures under their labels, filling as they come; each opens large. */
export function PlotGrid({ pictures, layout }: { pictures: readonly Picture[]; layout: PlotLayout }) {
  const { columns, rows, columnKind, rowKind } = layout
  const [saving, setSaving] = useState(false)
  const done = pictures.filter((picture) => picture.done)
  const save = async () => {
    setSaving(true)
    try {
      const { gridPng } = await import('../state/grid-png')
      download(await gridPng(pictures, layout), 'neg-grid.png')
    } finally {
      setSaving(false)
    }
  }
  return (
    <>
      <div class="plot">
        <table>
          <caption class="small quiet">
            {axisName(columnKind)} →{rowKind && ` ${axisName(rowKind)} ↓`}
          </caption>
          <thead>
            <tr>
              {rowKind && <td />}
              {columns.map((column, i) => (
                <th key={i} scope="col" class="small">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, r) => (
              <tr key={r}>
                {rowKind && (
                  <th scope="row" class="small">
                    {row}
                  </th>
                )}
                {columns.map((_, c) => {
                  const at = r * columns.length + c
                  const picture = pictures[at]
                  return (
                    <td key={c}>
                      {picture && (
                        <button
                          type="button"
                          class={`cell ${at === shown.value ? 'cell-shown' : ''}`}
                          aria-label={`${picture.label}${picture.done ? '' : `, ${more().notYet}`}`}
                          disabled={!picture.entry}
                          onClick={() => {
                            shown.value = at
                            lookAtShown()
                          }}
                        >
                          {picture.image ? (
                            <Canvas image={picture.image} class="picture" />
                          ) : (
                            <span class="cell-empty" aria-hidden="true" />
                          )}
                        </button>
                      )}
                    </td>
                  )
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div class="row wrap actions">
        <button
          type="button"
          class="button"
          disabled={done.length === 0 || saving}
          onClick={() => void save().catch(fail)}
        >
          {more().downloadGrid}
        </button>
        <span class="small quiet number">{say().picturesOf(done.length, pictures.length)}</span>
      </div>
    </>
  )
}
