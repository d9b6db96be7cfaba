import { samplesOf } from '@neg/core/analysis'
import { encodePng, readImage, toImageData } from '@neg/web'
import { useEffect, useRef, useState } from 'preact/hooks'
import { wordsOf } from '../lib/attention'
import { heatOf } from '../lib/heat'
import { invert, maskPixels, paint, paintHeat, paintMask } from '../lib/mask'
import { isEdit, specsOf } from '../lib/spec'
import { draft, edit } from '../state/draft'
import { inputFile, keepInput } from '../state/inputs'
import { fail, type Picture, pictures, shown } from '../state/run'
import { close } from '../state/views'
import { more, say } from '../strings'
import { Dialog } from './dialog'

type Canvas2d = CanvasRenderingContext2D

/** The shown picture, where a mask painted from what it shows fits what is begun with. */
function shownPicture(sha256: string | undefined): Picture | undefined {
  const picture = pictures.value[shown.value]
  return picture && (picture.recipe.image?.region === undefined || picture.recipe.image.sha256 === sha256)
    ? picture
    : undefined
}

/** Words of a picture's prompts, each with its map. */
function wordMaps(picture: Picture | undefined) {
  if (!picture) return []
  const prompts = [
    { role: 'positive', index: 0 } as const,
    ...specsOf(picture.recipe).map((_, index) => ({ role: 'negative', index }) as const),
  ]
  return prompts.flatMap((prompt) =>
    wordsOf(picture.attention, prompt).flatMap(({ text }, word) => {
      const heat = heatOf(samplesOf(picture.attention, prompt), word)
      return heat ? [{ text, heat }] : []
    }),
  )
}

/** How many strokes can be taken back, and how much memory they may take: each is all of the mask. */
const mostBack = 40
const mostBytes = 256e6

/** Where a mask is painted over the picture that is begun with: what is painted is drawn anew, the rest stays to the pixel. */
export function MaskDialog() {
  const image = draft.value.image
  const below = useRef<HTMLCanvasElement>(null)
  const above = useRef<HTMLCanvasElement>(null)
  const [tool, setTool] = useState<'brush' | 'eraser'>('brush')
  const [share, setShare] = useState(0.12)
  const [heat, setHeat] = useState(0.5)
  const [feather, setFeather] = useState(image?.feather)
  const [cursor, setCursor] = useState<{ x: number; y: number }>()
  const [back, setBack] = useState<readonly ImageData[]>([])
  const [forth, setForth] = useState<readonly ImageData[]>([])
  const last = useRef<{ x: number; y: number } | undefined>(undefined)
  const picture = shownPicture(image?.sha256)
  const words = wordMaps(picture)
  const found = picture?.recipe.image?.sha256 === image?.sha256 ? picture?.found : undefined
  const context = (): Canvas2d => above.current!.getContext('2d', { willReadFrequently: true })!
  const now = () => context().getImageData(0, 0, above.current!.width, above.current!.height)

  useEffect(() => {
    if (!image) return
    const load = async () => {
      const [png, mask] = await Promise.all([inputFile(image.sha256), image.mask ? inputFile(image.mask) : undefined])
      if (!png || !below.current || !above.current) return
      const pixels = await readImage(png)
      for (const canvas of [below.current, above.current]) {
        canvas.width = pixels.width
        canvas.height = pixels.height
      }
      below.current.getContext('2d')?.putImageData(toImageData(pixels), 0, 0)
      if (mask) paintMask(context(), await readImage(mask))
    }
    load().catch(fail)
  }, [])

  /** Notes how the mask was, before it is changed. */
  const change = (work: (on: Canvas2d) => void) => {
    const before = now()
    setBack((all) => [...all, before].slice(-Math.min(mostBack, Math.ceil(mostBytes / before.data.length))))
    setForth([])
    work(context())
  }
  const travel = (from: typeof back, setFrom: typeof setBack, setTo: typeof setBack) => {
    const target = from.at(-1)
    if (!target) return
    setTo((all) => [...all, now()])
    setFrom((all) => all.slice(0, -1))
    context().putImageData(target, 0, 0)
  }
  const undo = () => travel(back, setBack, setForth)
  const redo = () => travel(forth, setForth, setBack)
  const stroke = (from: { x: number; y: number }, to: { x: number; y: number }) => {
    const on = context()
    Object.assign(on, {
      lineCap: 'round',
      lineWidth: share * on.canvas.width,
      strokeStyle: paint,
      globalCompositeOperation: tool === 'brush' ? 'source-over' : 'destination-out',
    })
    on.beginPath()
    on.moveTo(from.x, from.y)
    on.lineTo(to.x + 0.01, to.y)
    on.stroke()
    on.globalCompositeOperation = 'source-over'
  }
  const at = (event: PointerEvent) => {
    const { left, top, width, height } = above.current!.getBoundingClientRect()
    return {
      x: ((event.clientX - left) / width) * above.current!.width,
      y: ((event.clientY - top) / height) * above.current!.height,
    }
  }
  const keys = (event: KeyboardEvent) => {
    const { width, height } = above.current!
    const by = (share * width) / 2
    const { x, y } = cursor ?? { x: width / 2, y: height / 2 }
    const moves: Record<string, [number, number]> = {
      ArrowLeft: [-by, 0],
      ArrowRight: [by, 0],
      ArrowUp: [0, -by],
      ArrowDown: [0, by],
    }
    const move = moves[event.key]
    if (move) {
      const within = (value: number, most: number) => Math.min(most, Math.max(0, value))
      setCursor({ x: within(x + move[0], width), y: within(y + move[1], height) })
    } else if (event.key === ' ') change(() => stroke({ x, y }, { x, y }))
    else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'z') event.shiftKey ? redo() : undo()
    else return
    event.preventDefault()
  }
  const keep = async () => {
    if (!image) return
    const pixels = maskPixels(context())
    const painted = pixels.data.some((value, i) => i % 4 === 0 && value > 0)
    const { mask: _mask, feather: _feather, find, region: _region, ...others } = image
    edit({
      image: {
        ...others,
        ...(painted ? { mask: await keepInput(await encodePng(pixels)) } : find ? { find } : {}),
        ...(painted && feather !== undefined ? { feather } : {}),
      },
      // What is drawn of a photograph is around its mask.
      ...(isEdit({ image }) ? { width: undefined, height: undefined } : {}),
    })
    close()
  }
  const button = (label: string, onClick: () => void, disabled = false) => (
    <button type="button" class="button button-small" disabled={disabled} onClick={onClick}>
      {label}
    </button>
  )
  if (!image) return null
  const percent = (value: number, of: number | undefined) => `${(100 * value) / (of || 1)}%`
  return (
    <Dialog title={say().paintMask} wide>
      <div class="mask">
        <div class="mask-frame">
          <canvas ref={below} class="mask-picture" />
          {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: it is painted on, by pointer and by keys */}
          <canvas
            ref={above}
            class="mask-paint"
            tabIndex={0}
            role="application"
            aria-label={more().maskCanvas}
            onKeyDown={keys}
            onPointerDown={(event) => {
              if (event.button !== 0) return
              event.currentTarget.setPointerCapture(event.pointerId)
              last.current = at(event)
              change(() => stroke(last.current!, last.current!))
            }}
            onPointerMove={(event) => {
              const point = at(event)
              setCursor(point)
              if (!last.current) return
              stroke(last.current, point)
              last.current = point
            }}
            onPointerUp={() => (last.current = undefined)}
            onPointerCancel={() => (last.current = undefined)}
            onPointerLeave={() => setCursor(undefined)}
          />
          {cursor && (
            <span
              class="mask-cursor"
              aria-hidden="true"
              style={{
                left: percent(cursor.x, above.current?.width),
                top: percent(cursor.y, above.current?.height),
                width: `${100 * share}%`,
              }}
            />
          )}
        </div>
        <div class="viewer-side">
          <p class="small quiet">{more().maskAbout}</p>
          <fieldset class="row wrap" aria-label={more().tool}>
            {(['brush', 'eraser'] as const).map((one) => (
              <button
                key={one}
                type="button"
                class="button button-small"
                aria-pressed={tool === one}
                onClick={() => setTool(one)}
              >
                {more().tools[one]}
              </button>
            ))}
            {button(say().undo, undo, back.length === 0)}
            {button(say().redo, redo, forth.length === 0)}
          </fieldset>
          <label class="field small">
            {more().brushSize}
            <input
              class="range"
              type="range"
              min={0.01}
              max={0.5}
              step={0.01}
              value={share}
              onInput={(event) => setShare(Number(event.currentTarget.value))}
            />
          </label>
          <div class="row wrap">
            {found && button(more().paintFound, () => change((on) => paintMask(on, found)))}
            {button(more().invertMask, () => change(invert))}
            {button(more().clearMask, () => change((on) => on.clearRect(0, 0, on.canvas.width, on.canvas.height)))}
          </div>
          {words.length > 0 && (
            <fieldset class="plain">
              <legend class="small">{more().fromWord}</legend>
              <div class="row wrap">
                {words.map(({ text, heat: map }, i) => (
                  <button
                    key={i}
                    type="button"
                    class="chip"
                    aria-label={more().paintWord(text)}
                    onClick={() => change((on) => paintHeat(on, map, heat, picture?.recipe.image?.region))}
                  >
                    {text}
                  </button>
                ))}
              </div>
              <label class="field small">
                {more().howHot}
                <input
                  class="range"
                  type="range"
                  min={0.1}
                  max={0.9}
                  step={0.05}
                  value={heat}
                  onInput={(event) => setHeat(Number(event.currentTarget.value))}
                />
              </label>
            </fieldset>
          )}
          <label class="field small">
            {more().feather}
            <input
              class="input number-input"
              type="number"
              min={0}
              max={4096}
              step={1}
              value={feather === false ? 0 : (feather ?? '')}
              placeholder={say().modelsOwn}
              onInput={({ currentTarget: { valueAsNumber } }) =>
                setFeather(Number.isNaN(valueAsNumber) ? undefined : Math.max(0, valueAsNumber))
              }
            />
          </label>
          <button type="button" class="button button-draw" onClick={() => void keep().catch(fail)}>
            {more().keepMask}
          </button>
        </div>
      </div>
    </Dialog>
  )
}
