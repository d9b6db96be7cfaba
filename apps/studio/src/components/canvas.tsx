import type { Pixels } from '@neg/core'
import { toImageData } from '@neg/web'
import { useLayoutEffect, useRef } from 'preact/hooks'

interface Props {
  readonly image: Pixels | ImageData
  readonly label?: string
  readonly class?: string
  readonly style?: Readonly<Record<string, string>>
}

/** Pixels on a canvas; without a label it is decoration. */
export function Canvas({ image, label, class: name, style }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d')
    context?.putImageData(image instanceof ImageData ? image : toImageData(image), 0, 0)
  }, [image])
  return (
    <canvas
      ref={canvas}
      width={image.width}
      height={image.height}
      class={name}
      style={style}
      {...(label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': true })}
    />
  )
}
