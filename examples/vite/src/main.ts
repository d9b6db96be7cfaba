import { generate } from '@neg/core'
import portraits from '@neg/portraits/web'
import { toImageData, type WebModel, web } from '@neg/web'

const button = document.querySelector('#draw') as HTMLButtonElement
const status = document.querySelector('#status') as HTMLElement
const canvas = document.querySelector('#picture') as HTMLCanvasElement

let model: Promise<WebModel> | undefined

button.onclick = async () => {
  button.disabled = true
  try {
    model ??= web({
      model: portraits,
      onProgress: ({ status: what, progress }) => {
        if (what === 'progress_total') status.textContent = `Fetching the model: ${Math.round(progress ?? 0)} %`
      },
    })
    const run = generate(await model, { prompt: 'a professional office woman', negatives: ['glasses'], seed: 1 })
    for await (const event of run) {
      if (event.type === 'step-end') status.textContent = `Step ${event.step + 1} of ${event.steps}`
      if (event.type === 'image') canvas.getContext('2d')?.putImageData(toImageData(event.image), 0, 0)
    }
    const { device } = await model
    status.textContent = `Drawn on ${device.device}: ${device.reason}`
  } catch (error) {
    model = undefined
    status.textContent = String(error)
  }
  button.disabled = false
}
