import { useRef, useState } from 'preact/hooks'

/** How a picture is looked at: its scale against fitting the frame, and how far it is moved, in the frame's pixels. */
export interface Sight {
  readonly scale: number
  readonly x: number
  readonly y: number
}

const whole: Sight = { scale: 1, x: 0, y: 0 }

const most = 32

/** Nearer or farther, so that the point (from the frame's middle) stays where it is; never smaller than the frame. */
export function zoomed({ scale, x, y }: Sight, by: number, px = 0, py = 0): Sight {
  const next = Math.min(most, Math.max(1, scale * by))
  const grown = next / scale
  return next === 1 ? whole : { scale: next, x: px - (px - x) * grown, y: py - (py - y) * grown }
}

/** Zoom by wheel, fingers and double click, moving by dragging; `act` is for keys. */
export function useSight() {
  const [sight, setSight] = useState(whole)
  const pointers = useRef(new Map<number, { x: number; y: number }>())
  const middle = (event: MouseEvent): [number, number] => {
    const { left, top, width, height } = (event.currentTarget as HTMLElement).getBoundingClientRect()
    return [event.clientX - left - width / 2, event.clientY - top - height / 2]
  }
  const apart = () => {
    const [a, b] = [...pointers.current.values()]
    return Math.hypot(a.x - b.x, a.y - b.y)
  }
  return {
    sight,
    act: {
      nearer: () => setSight((now) => zoomed(now, 1.5)),
      farther: () => setSight((now) => zoomed(now, 1 / 1.5)),
      whole: () => setSight(whole),
    },
    handlers: {
      onWheel(event: WheelEvent) {
        event.preventDefault()
        const at = middle(event)
        setSight((now) => zoomed(now, Math.exp(-event.deltaY / 400), ...at))
      },
      onDblClick(event: MouseEvent) {
        const at = middle(event)
        setSight((now) => (now.scale > 1 ? whole : zoomed(now, 3, ...at)))
      },
      onPointerDown(event: PointerEvent) {
        if ((event.target as HTMLElement).closest('input')) return
        ;(event.currentTarget as HTMLElement).setPointerCapture(event.pointerId)
        pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY })
      },
      onPointerMove(event: PointerEvent) {
        const before = pointers.current.get(event.pointerId)
        if (!before) return
        const two = pointers.current.size === 2
        const distance = two ? apart() : 1
        pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY })
        const at = middle(event)
        setSight((now) => {
          if (two) return zoomed(now, apart() / distance, ...at)
          if (now.scale === 1) return now
          return { ...now, x: now.x + event.clientX - before.x, y: now.y + event.clientY - before.y }
        })
      },
      onPointerUp: (event: PointerEvent) => void pointers.current.delete(event.pointerId),
      onPointerCancel: (event: PointerEvent) => void pointers.current.delete(event.pointerId),
    },
  }
}
