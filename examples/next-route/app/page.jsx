import { Painter } from './painter'

export default function Page() {
  return (
    <main>
      <h1>A woman without glasses, drawn in this page</h1>
      <Painter />
    </main>
  )
}
