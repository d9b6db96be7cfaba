type Part = 'from' | 'to' | 'both'

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value))

interface Dragged {
  readonly from: number
  readonly to: number
  readonly steps: number
  /** Pixels that the whole run is wide on the screen. */
  width(): number
  set(from: number, to: number): void
}

/** What a window becomes when a part of it is moved by steps. */
function moved({ from, to, steps, set }: Dragged, part: Part, by: number): void {
  if (part === 'from') set(clamp(from + by, 0, to - 1), to)
  else if (part === 'to') set(from, clamp(to + by, from + 1, steps))
  else {
    const shift = clamp(by, -from, steps - to)
    set(from + shift, to + shift)
  }
}

/** Handlers by which a part of a window is dragged, and moved by keys. */
export function windowHandlers(window: Dragged, part: Part) {
  return {
    onPointerDown(event: PointerEvent) {
      if (event.button !== 0) return
      event.preventDefault()
      event.stopPropagation()
      const start = event.clientX
      const width = window.width() || 1
      const handle = event.currentTarget as HTMLElement | SVGElement
      handle.focus()
      handle.setPointerCapture(event.pointerId)
      const ended = new AbortController()
      const { signal } = ended
      const onMove = ((now: PointerEvent) =>
        moved(window, part, Math.round(((now.clientX - start) / width) * window.steps))) as EventListener
      handle.addEventListener('pointermove', onMove, { signal })
      handle.addEventListener('pointerup', () => ended.abort(), { signal })
      handle.addEventListener('pointercancel', () => ended.abort(), { signal })
    },
    onKeyDown(event: KeyboardEvent) {
      const { steps } = window
      const by = {
        ArrowLeft: -1,
        ArrowDown: -1,
        ArrowRight: 1,
        ArrowUp: 1,
        PageDown: -5,
        PageUp: 5,
        Home: -steps,
        End: steps,
      }[event.key]
      if (by === undefined) return
      event.preventDefault()
      moved(window, part, by)
    },
  }
}
