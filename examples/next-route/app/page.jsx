import { Painter } from './painter'

export default function Page() {
  return (
    <main>
      <h1>A woman without glasses</h1>
      <h2>On the server</h2>
      <form action="/picture">
        <label>
          What it should be <input name="prompt" defaultValue="a professional office woman" />
        </label>
        <label>
          What it should not be <input name="negative" defaultValue="glasses" />
        </label>
        <button type="submit">Draw</button>
      </form>
      <h2>In this page</h2>
      <Painter />
    </main>
  )
}
