'use client'

import { neg } from '@neg/ai'
import portraits from '@neg/portraits/web'
import { web } from '@neg/web'
import { generateImage } from 'ai'
import { useEffect, useRef, useState } from 'react'

/** Draws in the visitor's browser by the very `generateImage` that the route handler calls; on the server it is only a button. */
export function Painter() {
  const model = useRef(null)
  const [picture, setPicture] = useState()
  const [status, setStatus] = useState('')
  const [busy, setBusy] = useState(false)
  useEffect(() => () => picture && URL.revokeObjectURL(picture), [picture])

  async function draw() {
    setBusy(true)
    try {
      model.current ??= web({ model: portraits })
      const open = await model.current
      const onEvent = (event) => {
        if (event.type === 'step-end') setStatus(`Step ${event.step + 1} of ${event.steps}`)
      }
      const { image } = await generateImage({
        model: neg(open, { onEvent }),
        prompt: 'a professional office woman',
        seed: 1,
        providerOptions: { neg: { negatives: ['glasses'] } },
      })
      setPicture(URL.createObjectURL(new Blob([image.uint8Array], { type: image.mediaType })))
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
      {picture && (
        // biome-ignore lint/performance/noImgElement: the picture is made in this page, there is nothing to fetch
        <img id="picture" src={picture} width="128" height="128" alt="A woman without glasses" />
      )}
    </>
  )
}
