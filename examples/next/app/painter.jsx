'use client'

import { generate } from '@neg/core'
import portraits from '@neg/portraits/web'
import { toImageData, web } from '@neg/web'
import { useRef, useState } from 'react'

/** Draws in the visitor's browser; on the server it is only a button. */
export function Painter() {
  const canvas = useRef(null)
  const model = useRef(null)
  const [status, setStatus] = useState('')
  const [busy, setBusy] = useState(false)

  async function draw() {
    setBusy(true)
    try {
      model.current ??= web({ model: portraits })
      const open = await model.current
      const run = generate(open, { prompt: 'a professional office woman', negatives: ['glasses'], seed: 1 })
      for await (const event of run) {
        if (event.type === 'step-end') setStatus(`Step ${event.step + 1} of ${event.steps}`)
        if (event.type === 'image') canvas.current.getContext('2d').putImageData(toImageData(event.image), 0, 0)
      }
      setStatus(`Drawn on ${open.device.device}: ${open.device.reason}`)
    } catch (error) {
      model.current = null
      setStatus(String(error))
    }
    setBusy(false)
  }

  return (
    <>
      <button id="draw" type="button" disabled={busy} onClick={draw}>
        Draw
      </button>
      <p id="status" role="status">
        {status}
      </p>
      <canvas id="picture" ref={canvas} width="128" height="128" aria-label="The picture" />
    </>
  )
}
